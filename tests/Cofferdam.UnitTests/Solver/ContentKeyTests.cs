using Cofferdam.Model;
using Cofferdam.Solver;
using Xunit;
using static Cofferdam.UnitTests.Solver.SolverScenario;

namespace Cofferdam.UnitTests.Solver;

public sealed class ContentKeyTests
{
    private readonly SolverScenario _scenario = new();

    [Fact]
    public async Task Input_WithANewDefinitionAndEqualContent_HitsByContent()
    {
        var source = _scenario.Operation("source");
        source.Make = _ => "content";
        var copy = _scenario.Operation("copy").ReadingByContent(content => content);
        var run = _scenario.Operation("run");
        await _scenario.BuildAsync(Graph(run, copy, source));
        source.Key = OperationKey.Of(Digest.Of("edited, and made the same"));

        var explanations = await _scenario.ExplainAsync(Graph(run, copy, source));

        Assert.Equal((2, 1, 1), (source.Runs, copy.Runs, run.Runs));
        Assert.Equal((VertexOutcome.HitByContent, VertexOutcome.HitByDefinition), (explanations["copy"].Outcome, explanations["run"].Outcome));
        _scenario.AssertNothingLeft();
    }

    [Fact]
    public async Task KeyFoundByContent_BecomesANameOfTheRecord()
    {
        var hashed = 0;
        var source = _scenario.Operation("source");
        source.Make = _ => "content";
        var copy = _scenario.Operation("copy").ReadingByContent(content =>
        {
            hashed++;
            return content;
        });
        await _scenario.BuildAsync(Vertex("copy", copy, Vertex("source", source)));
        source.Key = OperationKey.Of(Digest.Of("edited"));
        await _scenario.BuildAsync(Vertex("copy", copy, Vertex("source", source)));

        await _scenario.BuildAsync(Vertex("copy", copy, Vertex("source", source)));

        Assert.Equal((2, 1, 2), (source.Runs, copy.Runs, hashed));
    }

    [Fact]
    public async Task Input_WithOtherContentInWhatIsNotRead_HitsByContent()
    {
        var source = _scenario.Operation("source");
        var copy = _scenario.Operation("copy").ReadingByContent(content => content[..4]);
        source.Make = _ => "sameA";
        await _scenario.BuildAsync(Vertex("copy", copy, Vertex("source", source)));
        source.Key = OperationKey.Of(Digest.Of("edited"));
        source.Make = _ => "sameB";

        await _scenario.BuildAsync(Vertex("copy", copy, Vertex("source", source)));

        Assert.Equal((2, 1), (source.Runs, copy.Runs));
    }

    [Fact]
    public async Task Input_WithOtherContent_Misses()
    {
        var source = _scenario.Operation("source");
        source.Make = _ => "old";
        var copy = _scenario.Operation("copy").ReadingByContent(content => content);
        var run = _scenario.Operation("run");
        await _scenario.BuildAsync(Graph(run, copy, source));
        source.Key = OperationKey.Of(Digest.Of("edited"));
        source.Make = _ => "new";

        Assert.Equal("run(copy(new))", await _scenario.BuildAsync(Graph(run, copy, source)));
        Assert.Equal((2, 2, 2), (source.Runs, copy.Runs, run.Runs));
    }

    [Fact]
    public async Task LocalSource_IsReadInEachBuildAndWhatReadsItByContentIsFound()
    {
        var run = _scenario.Operation("run");
        var copy = _scenario.Operation("copy").ReadingByContent(content => content, null);
        var image = _scenario.Operation("image");
        var locals = new[] { Local("a"), Local("a"), Local("b"), Local("a") };
        foreach (var local in locals)
        {
            await _scenario.BuildAsync(Vertex("run", run, Vertex("copy", copy, Vertex("local", local), Vertex("image", image))));
        }

        Assert.All(locals, local => Assert.Equal(1, local.Runs));
        Assert.Equal((2, 2, 1), (copy.Runs, run.Runs, image.Runs));
    }

    [Fact]
    public async Task LocalSource_ReadByKey_IsNeverFound()
    {
        var run = _scenario.Operation("run");
        var local = Local("a");
        var copy = _scenario.Operation("copy").ReadingByContent(content => content, null);
        var target = Vertex("copy", copy, Vertex("other", _scenario.Operation("other")), Vertex("run", run, Vertex("local", local)));

        await _scenario.BuildAsync(target);
        await _scenario.BuildAsync(target);

        Assert.Equal((2, 2, 2), (local.Runs, run.Runs, copy.Runs));
    }

    [Fact]
    public async Task LocalSource_UsedTwiceInOneBuild_RunsOnce()
    {
        var local = Local("a");
        var (left, right) = (_scenario.Operation("left").ReadingByContent(content => content), _scenario.Operation("right").ReadingByContent(content => content));
        await using var job = _scenario.StartJob(new RecordingSink());

        await SolveAsync(job, Vertex("join", _scenario.Operation("join"), Vertex("left", left, Vertex("local", local)), Vertex("right", right, Vertex("local", local))));
        await SolveAsync(job, Vertex("left", left, Vertex("local", local)));

        Assert.Equal(1, local.Runs);
    }

    [Fact]
    public async Task ContentOfAnInput_IsNotAskedForWhereTheDefinitionHits()
    {
        var hashed = 0;
        var copy = _scenario.Operation("copy").ReadingByContent(content =>
        {
            hashed++;
            return content;
        });
        var target = Vertex("copy", copy, Vertex("source", _scenario.Operation("source")));
        await _scenario.BuildAsync(target);

        await _scenario.BuildAsync(target);

        Assert.Equal(1, hashed);
    }

    [Fact]
    public async Task ResultLost_WithAnotherOfEqualContent_IsNotRunAgain()
    {
        var copy = _scenario.Operation("copy").ReadingByContent(content => content);
        var (one, two) = (_scenario.Operation("one"), _scenario.Operation("two"));
        one.Make = two.Make = _ => "same";
        await _scenario.BuildAsync(Vertex("copy", copy, Vertex("one", one)));
        await _scenario.BuildAsync(Fresh("copy", copy, Vertex("two", two)));
        _scenario.Results.Lose("result 2");

        await _scenario.BuildAsync(Vertex("copy", copy, Vertex("one", one)));

        Assert.Equal(2, copy.Runs);
    }

    private FakeOperation Local(string content)
    {
        var local = _scenario.Operation("local");
        local.Key = OperationKey.Of(Digest.Of(Guid.NewGuid().ToString())) with { IsStorable = false };
        local.Make = _ => content;
        return local;
    }

    private static Vertex Graph(FakeOperation run, FakeOperation copy, FakeOperation source) => Vertex("run", run, Vertex("copy", copy, Vertex("source", source)));
}
