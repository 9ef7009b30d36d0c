using Cofferdam.Solver;
using Xunit;
using static Cofferdam.UnitTests.Solver.SolverScenario;

namespace Cofferdam.UnitTests.Solver;

public sealed class SolverProgressTests
{
    private readonly SolverScenario _scenario = new();

    [Fact]
    public async Task Vertices_OfAGraph_AreAnnouncedAfterWhatTheyRead()
    {
        var (a, b) = (Vertex("a", _scenario.Operation("a")), Vertex("b", _scenario.Operation("b")));
        var middle = Vertex("middle", _scenario.Operation("middle"), a, b);
        var top = Vertex("top", _scenario.Operation("top"), middle, a);
        var sink = new RecordingSink();
        await using var job = _scenario.StartJob(sink);

        await SolveAsync(job, top);

        var announced = sink.Events.OfType<ProgressEvent.VertexChanged>().Take(4).ToList();
        Assert.Equal(["a", "b", "middle", "top"], announced.Select(change => change.Name));
        Assert.All(announced, change => Assert.Null(change.Started));
        Assert.Equal([middle.Digest, a.Digest], announced[3].Inputs);
    }

    [Fact]
    public async Task Vertex_ThatRuns_IsStartedThenCompleted()
    {
        var step = _scenario.Operation("step");
        step.During = (_, _) =>
        {
            _scenario.Clock.Advance(TimeSpan.FromSeconds(5));
            return Task.CompletedTask;
        };
        var vertex = Vertex("step", step);
        var sink = new RecordingSink();
        await using var job = _scenario.StartJob(sink);

        await SolveAsync(job, vertex);

        var changes = sink.Events.OfType<ProgressEvent.VertexChanged>().ToList();
        Assert.Equal([(false, false), (true, false), (true, true)], changes.Select(change => (change.Started is not null, change.Completed is not null)));
        Assert.Equal(TimeSpan.FromSeconds(5), changes[2].Completed - changes[2].Started);
        Assert.False(changes[2].IsCached);
    }

    [Fact]
    public async Task Vertices_FoundInTheCache_AreToldAsCachedDownToTheFirst()
    {
        var lower = Vertex("lower", _scenario.Operation("lower"));
        var upper = Vertex("upper", _scenario.Operation("upper"), lower);
        await _scenario.BuildAsync(upper);
        var sink = new RecordingSink();
        await using var job = _scenario.StartJob(sink);

        await SolveAsync(job, upper);

        Assert.All([lower, upper], vertex =>
        {
            var last = sink.Last(vertex);
            Assert.True(last.IsCached);
            Assert.NotNull(last.Started);
            Assert.NotNull(last.Completed);
        });
    }

    [Fact]
    public async Task StatusOfAPart_ToldAgain_KeepsItsStart()
    {
        var step = _scenario.Operation("step");
        step.During = (context, _) =>
        {
            context.Progress.Status("layer", "downloading", 1, 2, isCompleted: false);
            _scenario.Clock.Advance(TimeSpan.FromSeconds(1));
            context.Progress.Status("layer", "downloading", 2, 2, isCompleted: true);
            return Task.CompletedTask;
        };
        var sink = new RecordingSink();
        await using var job = _scenario.StartJob(sink);

        await SolveAsync(job, Vertex("step", step));

        var last = sink.Events.OfType<ProgressEvent.StatusChanged>().Last();
        Assert.Equal((2, TimeSpan.FromSeconds(1)), (last.Current, last.Completed - last.Started));
    }
}
