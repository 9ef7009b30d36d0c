using Cofferdam.Solver;
using Xunit;
using static Cofferdam.UnitTests.Solver.SolverScenario;

namespace Cofferdam.UnitTests.Solver;

public sealed class IgnoreCacheTests
{
    private readonly SolverScenario _scenario = new();
    private readonly FakeOperation _lower;
    private readonly FakeOperation _upper;
    private int _count;

    public IgnoreCacheTests()
    {
        (_lower, _upper) = (_scenario.Operation("lower"), _scenario.Operation("upper"));
        _lower.Make = _ => $"lower{++_count}";
    }

    [Fact]
    public async Task Vertex_ThatIgnoresTheCache_RunsAndSoDoesWhatReadsIt()
    {
        await _scenario.BuildAsync(Usual());

        var explanations = await _scenario.ExplainAsync(LowerFresh());

        Assert.Equal((2, 2), (_lower.Runs, _upper.Runs));
        Assert.Equal((VertexOutcome.RanCacheIgnored, VertexOutcome.RanInputFresh), (explanations["lower"].Outcome, explanations["upper"].Outcome));
    }

    [Fact]
    public async Task ResultMadeAfresh_IsWhatTheNextBuildFindsByTheUsualKeys()
    {
        await _scenario.BuildAsync(Usual());
        Assert.Equal("upper(lower2)", await _scenario.BuildAsync(LowerFresh()));

        Assert.Equal("upper(lower2)", await _scenario.BuildAsync(Usual()));
        Assert.Equal((2, 2), (_lower.Runs, _upper.Runs));
    }

    [Fact]
    public async Task VertexMadeAfreshAlone_LeavesWhatWasMadeOfItBeforeFound()
    {
        await _scenario.BuildAsync(Usual());
        await _scenario.BuildAsync(Fresh("lower", _lower));

        Assert.Equal("upper(lower1)", await _scenario.BuildAsync(Usual()));
        Assert.Equal((2, 1), (_lower.Runs, _upper.Runs));
    }

    [Fact]
    public async Task VertexMadeAfresh_ReadByEqualContent_EndsTheRunning()
    {
        _lower.Make = _ => "same";
        _upper.ReadingByContent(content => content);
        var top = _scenario.Operation("top");
        await _scenario.BuildAsync(Vertex("top", top, Usual()));

        await _scenario.BuildAsync(Vertex("top", top, LowerFresh()));

        Assert.Equal((2, 1, 1), (_lower.Runs, _upper.Runs, top.Runs));
    }

    [Fact]
    public async Task BuildThatIgnoresTheCache_BesideOneThatDoesNot_RunsForItself()
    {
        await _scenario.BuildAsync(Usual());
        await using var usual = _scenario.StartJob(new RecordingSink());
        await using var fresh = _scenario.StartJob(new RecordingSink());

        Assert.Equal("upper(lower1)", await SolveAsync(usual, Usual()));
        Assert.Equal("upper(lower2)", await SolveAsync(fresh, LowerFresh()));
    }

    [Fact]
    public async Task Graph_WithBothVariantsOfAVertex_IsSolved()
    {
        var join = _scenario.Operation("join");

        Assert.Equal("join(lower1,lower2)", await _scenario.BuildAsync(Vertex("join", join, Sequential(Vertex("lower", _lower)), Fresh("lower", _lower))));
    }

    // The second is made only when the first is there.
    private Vertex Sequential(Vertex first)
    {
        _lower.During = async (context, token) =>
        {
            while (context.IgnoreCache && _count == 0)
            {
                await Task.Yield();
                token.ThrowIfCancellationRequested();
            }
        };
        return first;
    }

    private Vertex Usual() => Vertex("upper", _upper, Vertex("lower", _lower));

    private Vertex LowerFresh() => Vertex("upper", _upper, Fresh("lower", _lower));
}
