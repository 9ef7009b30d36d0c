using Cofferdam.Model;
using Cofferdam.Solver;
using Xunit;
using static Cofferdam.UnitTests.Solver.SolverScenario;

namespace Cofferdam.UnitTests.Solver;

public sealed class CacheHitTests
{
    private readonly SolverScenario _scenario = new();

    [Fact]
    public async Task Vertex_BuiltBefore_IsLoadedAndWhatItReadsIsNotTouched()
    {
        var source = _scenario.Operation("source");
        var compile = _scenario.Operation("compile");
        var target = Vertex("compile", compile, Vertex("source", source));
        Assert.Equal("compile(source)", await _scenario.BuildAsync(target));
        var loads = _scenario.Results.Loads;

        Assert.Equal("compile(source)", await _scenario.BuildAsync(target));

        Assert.Equal((1, 1), (source.Runs, compile.Runs));
        Assert.Equal(loads + 1, _scenario.Results.Loads);
        _scenario.AssertNothingLeft();
    }

    [Fact]
    public async Task Graph_OfAHundredWithThreeNew_RunsOnlyThree()
    {
        var operations = Enumerable.Range(0, 100).Select(i => _scenario.Operation($"v{i}")).ToList();
        await _scenario.BuildAsync(Chain(operations));
        operations[97].Key = OperationKey.Of(Digest.Of("edited"));

        await _scenario.BuildAsync(Chain(operations));

        Assert.All(operations.Take(97), operation => Assert.Equal(1, operation.Runs));
        Assert.All(operations.Skip(97), operation => Assert.Equal(2, operation.Runs));
    }

    [Fact]
    public async Task Vertex_WithSeveralDigests_IsFoundByAny()
    {
        var image = _scenario.Operation("image");
        image.Key = new OperationKey { Digests = [Digest.Of("manifest 1"), Digest.Of("layers")] };
        var step = _scenario.Operation("step");
        await _scenario.BuildAsync(Vertex("step", step, Vertex("image:1", image)));
        image.Key = new OperationKey { Digests = [Digest.Of("manifest 2"), Digest.Of("layers")] };

        await _scenario.BuildAsync(Vertex("step", step, Vertex("image:2", image)));

        Assert.Equal((1, 1), (image.Runs, step.Runs));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Vertex_RecordedElsewhereAboveAnotherKeyOfItsInput_IsFound(bool isKnownHere)
    {
        var image = _scenario.Operation("image");
        image.Key = new OperationKey { Digests = [Digest.Of("manifest"), Digest.Of("layers")] };
        if (isKnownHere)
        {
            await _scenario.BuildAsync(Vertex("image", image));
        }

        var (step, copy) = (_scenario.Operation("step"), _scenario.Operation("copy"));
        var made = _scenario.Results.Create("made elsewhere");
        ExportedRecord[] records =
        [
            new(CacheKeys.Record(Digest.Of("manifest"), 0), []),
            new(CacheKeys.Record(Digest.Of("step"), 0), [[new ExportedInput(0, null)]]),
            new(CacheKeys.Record(Digest.Of("copy"), 0), [[new ExportedInput(1, null)], [new ExportedInput(0, null)]]) { ResultId = made.Id },
        ];
        foreach (var (keys, record) in CacheImport.Read(records, "elsewhere"))
        {
            await _scenario.Cache.AddAsync(keys, record, default);
        }

        var source = Vertex("image:1", image);
        Assert.Equal("made elsewhere", await _scenario.BuildAsync(Vertex("copy", copy, Vertex("step", step, source), source)));

        Assert.Equal((0, 0), (step.Runs, copy.Runs));
        Assert.Equal("elsewhere", (await _scenario.ExplainAsync(Vertex("copy", copy, Vertex("step", step, source), source)))["copy"].Origin);
        await made.DisposeAsync();
    }

    [Fact]
    public async Task Vertex_WithTheFirstKeysResultLost_IsFoundByAnother()
    {
        var image = _scenario.Operation("image");
        image.Key = OperationKey.Of(Digest.Of("manifest"));
        await _scenario.BuildAsync(Vertex("image", image));
        var lost = Assert.Single(await _scenario.Cache.FindAsync(KeyOf("manifest"), default)).ResultId;
        image.Key = OperationKey.Of(Digest.Of("layers"));
        await _scenario.BuildAsync(Vertex("image", image));
        _scenario.Results.Lose(lost);
        image.Key = new OperationKey { Digests = [Digest.Of("manifest"), Digest.Of("layers")] };

        await _scenario.BuildAsync(Vertex("image", image));

        Assert.Equal(2, image.Runs);
    }

    [Fact]
    public async Task Outputs_OfOneVertex_HaveRecordsOfTheirOwn()
    {
        var split = new FakeOperation(_scenario.Results, "split") { Outputs = 2 };
        var target = Vertex("split", split);
        Assert.Equal("split#1", await _scenario.BuildAsync(target, output: 1));

        Assert.Equal("split", await _scenario.BuildAsync(target));
        Assert.Equal("split#1", await _scenario.BuildAsync(target, output: 1));

        Assert.Equal(1, split.Runs);
        _scenario.AssertNothingLeft();
    }

    [Fact]
    public async Task Output_ThatIsNotMade_IsAnError()
    {
        var error = await Assert.ThrowsAsync<InvalidInputException>(() => _scenario.BuildAsync(Vertex("one", _scenario.Operation("one")), output: 3));

        Assert.Contains("output 3", error.Message, StringComparison.Ordinal);
        _scenario.AssertNothingLeft();
    }

    [Fact]
    public async Task Selector_ThatDiffers_Misses()
    {
        var step = _scenario.Operation("step");
        step.Key = step.Key with { Inputs = [new InputKey(Digest.Of("/a"))] };
        var source = _scenario.Operation("source");
        await _scenario.BuildAsync(Vertex("step", step, Vertex("source", source)));
        step.Key = step.Key with { Inputs = [new InputKey(Digest.Of("/b"))] };

        await _scenario.BuildAsync(Vertex("step", step, Vertex("source", source)));

        Assert.Equal((1, 2), (source.Runs, step.Runs));
    }

    [Fact]
    public async Task Record_WhoseResultIsLost_IsRemovedAndTheVertexRuns()
    {
        var step = _scenario.Operation("step");
        await _scenario.BuildAsync(Vertex("step", step));
        _scenario.Results.Lose("result 1");

        var outcome = (await _scenario.ExplainAsync(Vertex("step", step)))["step"].Outcome;

        Assert.Equal((2, VertexOutcome.RanResultLost), (step.Runs, outcome));
        Assert.Equal("result 2", Assert.Single(await _scenario.Cache.FindAsync(KeyOf("step"), default)).ResultId);
    }

    [Fact]
    public async Task Vertex_AboveOneWhoseResultIsLost_IsStillFound()
    {
        var source = _scenario.Operation("source");
        var step = _scenario.Operation("step");
        await _scenario.BuildAsync(Vertex("step", step, Vertex("source", source)));
        _scenario.Results.Lose("result 1");
        await _scenario.Cache.RemoveResultAsync("result 1", default);

        var explanations = await _scenario.ExplainAsync(Vertex("step", step, Vertex("source", source)));

        Assert.Equal((1, 1), (source.Runs, step.Runs));
        Assert.Equal((VertexOutcome.NotNeeded, VertexOutcome.HitByDefinition), (explanations["source"].Outcome, explanations["step"].Outcome));
    }

    [Fact]
    public async Task Explanations_OfABuild_SayWhatIsNew()
    {
        var (a, b, join) = (_scenario.Operation("a"), _scenario.Operation("b"), _scenario.Operation("join"));
        await _scenario.BuildAsync(Vertex("join", join, Vertex("a", a), Vertex("b", b)));
        b.Key = OperationKey.Of(Digest.Of("edited"));
        var newB = Vertex("b", b);

        var explanations = await _scenario.ExplainAsync(Vertex("join", join, Vertex("a", a), newB));

        Assert.Equal(VertexOutcome.HitByDefinition, explanations["a"].Outcome);
        Assert.Equal(VertexOutcome.RanNoRecord, explanations["b"].Outcome);
        Assert.Empty(explanations["b"].NewInputs);
        Assert.Equal([newB.Digest], explanations["join"].NewInputs);
    }

    private static Digest KeyOf(string operation) => Digest.Of($"{Digest.Of(operation)}@0");

    private static Vertex Chain(IEnumerable<FakeOperation> operations)
    {
        Vertex? top = null;
        var i = 0;
        foreach (var operation in operations)
        {
            top = top is null ? Vertex("v0", operation) : Vertex($"v{++i}", operation, top);
        }

        return top!;
    }
}
