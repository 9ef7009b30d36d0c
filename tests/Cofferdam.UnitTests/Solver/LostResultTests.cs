using Cofferdam.Model;
using Cofferdam.Solver;
using Xunit;
using static Cofferdam.UnitTests.Solver.SolverScenario;

namespace Cofferdam.UnitTests.Solver;

/// <summary>Results that seemed to be there and turn out, when they are used, to be lost.</summary>
public sealed class LostResultTests
{
    private readonly SolverScenario _scenario = new();

    [Fact]
    public async Task Input_LostWhenItIsRead_IsMadeAgainAndTold()
    {
        var source = _scenario.Operation("source");
        await _scenario.BuildAsync(Vertex("source", source));
        var step = LosingItsInputs("step", "result 1");
        var sink = new RecordingSink();
        await using var job = _scenario.StartJob(sink);
        var vertex = Vertex("source", source);

        Assert.Equal("step(source)", await SolveAsync(job, Vertex("step", step, vertex)));

        Assert.Equal((2, 2), (source.Runs, step.Runs));
        Assert.Single(sink.Events.OfType<ProgressEvent.Warned>(), warned => warned.Vertex == vertex.Digest);
        Assert.False(sink.Last(vertex).IsCached);
        Assert.Null(sink.Last(vertex).Error);
    }

    [Fact]
    public async Task AllBelow_LostAtOnce_IsMadeAgain()
    {
        var operations = new[] { _scenario.Operation("a"), _scenario.Operation("b"), _scenario.Operation("c") };
        await _scenario.BuildAsync(Vertex("c", operations[2], Vertex("b", operations[1], Vertex("a", operations[0]))));
        var step = LosingItsInputs("step", "result 1", "result 2", "result 3");

        Assert.Equal("step(c(b(a)))", await _scenario.BuildAsync(Vertex("step", step, Vertex("c", operations[2], Vertex("b", operations[1], Vertex("a", operations[0]))))));

        Assert.All(operations, operation => Assert.Equal(2, operation.Runs));
        _scenario.AssertNothingLeft();
    }

    [Fact]
    public async Task Input_LostWhenItsContentIsRead_IsMadeAgain()
    {
        var source = _scenario.Operation("source");
        await _scenario.BuildAsync(Vertex("source", source));
        var isLost = false;
        var copy = _scenario.Operation("copy").ReadingByContent(value => isLost ? value : Lose());

        Assert.Equal("copy(source)", await _scenario.BuildAsync(Vertex("copy", copy, Vertex("source", source))));

        Assert.Equal(2, source.Runs);
        _scenario.AssertNothingLeft();

        string Lose()
        {
            isLost = true;
            _scenario.Results.Lose("result 1");
            throw new InvalidDataException("it is gone");
        }
    }

    [Fact]
    public async Task Input_LostEachTime_EndsWithTheError()
    {
        var source = _scenario.Operation("source");
        var number = 0;
        var step = _scenario.Operation("step");
        step.During = (_, _) =>
        {
            _scenario.Results.Lose($"result {++number}");
            throw new InvalidDataException("it is gone");
        };

        var error = await Assert.ThrowsAsync<InvalidDataException>(() => _scenario.BuildAsync(Vertex("step", step, Vertex("source", source))));

        Assert.Equal("it is gone", error.Message);
        Assert.Equal((3, 3), (source.Runs, step.Runs));
        _scenario.AssertNothingLeft();
    }

    [Fact]
    public async Task Failure_WithAllInputsThere_IsNotTriedAgain()
    {
        var source = _scenario.Operation("source");
        var step = _scenario.Operation("step");
        step.During = (_, _) => throw new InvalidDataException("it broke");

        await Assert.ThrowsAsync<InvalidDataException>(() => _scenario.BuildAsync(Vertex("step", step, Vertex("source", source))));

        Assert.Equal((1, 1), (source.Runs, step.Runs));
    }

    [Fact]
    public async Task Input_LostForTwoAtOnce_IsMadeOnce()
    {
        var source = _scenario.Operation("source");
        await _scenario.BuildAsync(Vertex("source", source));
        var both = new TaskCompletionSource();
        var begun = 0;
        FakeOperation Step(string name)
        {
            var operation = _scenario.Operation(name);
            operation.During = async (_, token) =>
            {
                if (operation.Runs > 1)
                {
                    return;
                }

                if (Interlocked.Increment(ref begun) == 2)
                {
                    _scenario.Results.Lose("result 1");
                    both.SetResult();
                }

                await both.Task.WaitAsync(token);
                throw new InvalidDataException("it is gone");
            };
            return operation;
        }

        var vertex = Vertex("source", source);
        Assert.Equal("join(one(source),two(source))", await _scenario.BuildAsync(Vertex("join", _scenario.Operation("join"), Vertex("one", Step("one"), vertex), Vertex("two", Step("two"), vertex))));

        Assert.Equal(2, source.Runs);
        _scenario.AssertNothingLeft();
    }

    [Fact]
    public async Task Target_LostWhenTheBuildUsesIt_IsSolvedAgain()
    {
        var step = _scenario.Operation("step");
        await using (var job = _scenario.StartJob(new RecordingSink()))
        {
            var target = new Edge(Vertex("step", step), 0);
            await using var first = await job.SolveAsync(target, TestContext.Current.CancellationToken);
            Assert.False(await job.GiveUpIfLostAsync(target, first, TestContext.Current.CancellationToken));
            _scenario.Results.Lose(first.Id);

            Assert.True(await job.GiveUpIfLostAsync(target, first, TestContext.Current.CancellationToken));

            await using var second = await job.SolveAsync(target, TestContext.Current.CancellationToken);
            Assert.NotEqual(first.Id, second.Id);
        }

        Assert.Equal(2, step.Runs);
        _scenario.AssertNothingLeft();
    }

    // It loses results and fails when it runs first.
    private FakeOperation LosingItsInputs(string name, params string[] results)
    {
        var step = _scenario.Operation(name);
        step.During = (_, _) =>
        {
            if (step.Runs > 1)
            {
                return Task.CompletedTask;
            }

            results.ToList().ForEach(_scenario.Results.Lose);
            throw new CofferdamException(ErrorCode.NotFound, "it is gone");
        };
        return step;
    }
}
