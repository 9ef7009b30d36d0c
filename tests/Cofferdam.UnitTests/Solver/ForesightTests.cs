using Cofferdam.Model;
using Cofferdam.Solver;
using Xunit;
using static Cofferdam.UnitTests.Solver.SolverScenario;

namespace Cofferdam.UnitTests.Solver;

public sealed class ForesightTests
{
    private readonly SolverScenario _scenario = new();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task ChainOfCopiesFromStages_OfWhichNothingIsKnown_RunsAllStagesAtOnce(bool ignoreCache)
    {
        const int Count = 8;
        using var allStarted = new CountdownEvent(Count);
        var released = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var target = Vertex("base", _scenario.Operation("base"));
        for (var i = 0; i < Count; i++)
        {
            var run = _scenario.Operation($"run {i}");
            run.During = (_, token) =>
            {
                if (allStarted.Signal())
                {
                    released.SetResult();
                }

                return released.Task.WaitAsync(token);
            };
            var stage = ignoreCache ? Fresh($"run {i}", run) : Vertex($"run {i}", run);
            target = Vertex($"copy {i}", _scenario.Operation($"copy {i}").ReadingByContent(null, content => content), target, stage);
        }

        // Never ends where one stage waits for another.
        Assert.StartsWith("copy 7(copy 6(", await _scenario.BuildAsync(target), StringComparison.Ordinal);
        _scenario.AssertNothingLeft();
    }

    [Fact]
    public async Task VertexThatIsSureToRun_GetsAnInputWhileTheContentOfAnotherIsBeingMade()
    {
        var first = _scenario.Operation("first");
        var stage = _scenario.Operation("stage");
        stage.During = (_, token) => first.Started.Task.WaitAsync(token);
        var copy = _scenario.Operation("copy").ReadingByContent(null, content => content);

        var made = await _scenario.BuildAsync(Vertex("copy", copy, Vertex("first", first), Vertex("stage", stage)));

        Assert.Equal("copy(first,stage)", made);
    }

    [Fact]
    public async Task StageWhoseResultIsLost_IsNotRunForACopyThatMayStillBeFoundByDefinition()
    {
        var source = _scenario.Operation("source");
        source.Make = _ => "content";
        var first = _scenario.Operation("first").ReadingByContent(content => content);
        var stage = _scenario.Operation("stage");
        var second = _scenario.Operation("second").ReadingByContent(null, content => content);
        Vertex Graph() => Vertex("second", second, Vertex("first", first, Vertex("source", source)), Vertex("stage", stage));
        await _scenario.BuildAsync(Graph());
        var record = Assert.Single(await _scenario.Cache.FindAsync(Digest.Of($"{stage.Key.Digests[0]}@0"), TestContext.Current.CancellationToken));
        await _scenario.Cache.RemoveResultAsync(record.ResultId, TestContext.Current.CancellationToken);

        // Only by the content of the source it shows that the first copy is the same; until then nothing says that the second is not.
        source.Key = OperationKey.Of(Digest.Of("edited, and made the same"));

        await _scenario.BuildAsync(Graph());

        Assert.Equal((2, 1, 1, 1), (source.Runs, first.Runs, stage.Runs, second.Runs));
    }
}
