using Xunit;
using static Cofferdam.UnitTests.Solver.SolverScenario;

namespace Cofferdam.UnitTests.Solver;

public sealed class FailureTests
{
    private readonly SolverScenario _scenario = new();

    [Fact]
    public async Task Operation_ThatFails_GivesAllWhoWaitTheSameException()
    {
        var release = new TaskCompletionSource();
        var step = Failing("step", release.Task);
        await using var first = _scenario.StartJob(new RecordingSink());
        await using var second = _scenario.StartJob(new RecordingSink());
        var vertex = Vertex("step", step);
        var one = SolveAsync(first, vertex);
        var two = SolveAsync(second, Vertex("top", _scenario.Operation("top"), vertex));
        await step.Started.Task;
        release.SetResult();

        var error = await Assert.ThrowsAsync<InvalidDataException>(() => one);
        Assert.Same(error, await Assert.ThrowsAsync<InvalidDataException>(() => two));
        Assert.Equal(1, step.Runs);
        _scenario.AssertNothingLeft();
    }

    [Fact]
    public async Task Failure_IsOfTheVertexWhereItArose()
    {
        await using var job = _scenario.StartJob(new RecordingSink());
        var failing = Vertex("failing", Failing("failing", Task.CompletedTask));

        var error = await Assert.ThrowsAsync<InvalidDataException>(() => SolveAsync(job, Vertex("top", _scenario.Operation("top"), failing)));

        Assert.Equal(failing.Digest, _scenario.Solver.FindFailedVertex(error));
        Assert.Null(_scenario.Solver.FindFailedVertex(new InvalidDataException()));
    }

    [Fact]
    public async Task Siblings_OfOneThatFails_AreCancelledAndHaveEnded()
    {
        var sibling = _scenario.Operation("sibling").NeverEnding();
        var sink = new RecordingSink();
        await using var job = _scenario.StartJob(sink);
        var (failing, other) = (Vertex("failing", Failing("failing", sibling.Started.Task)), Vertex("sibling", sibling));

        await Assert.ThrowsAsync<InvalidDataException>(() => SolveAsync(job, Vertex("join", _scenario.Operation("join"), other, failing)));

        Assert.Equal(1, sibling.Cancelled);
        Assert.Equal(("it broke", "context canceled"), (sink.Last(failing).Error, sink.Last(other).Error));
        _scenario.AssertNothingLeft();
    }

    [Fact]
    public async Task Sibling_OfOneThatFails_GoesOnWhereAnotherBuildWaitsForIt()
    {
        var release = new TaskCompletionSource();
        var sibling = _scenario.Operation("sibling");
        sibling.During = (_, token) => release.Task.WaitAsync(token);
        var other = Vertex("sibling", sibling);
        await using var failing = _scenario.StartJob(new RecordingSink());
        await using var staying = _scenario.StartJob(new RecordingSink());
        var waiting = SolveAsync(staying, other);
        await sibling.Started.Task;

        await Assert.ThrowsAsync<InvalidDataException>(() => SolveAsync(failing, Vertex("join", _scenario.Operation("join"), other, Vertex("failing", Failing("failing", Task.CompletedTask)))));

        release.SetResult();
        Assert.Equal(("sibling", 1), (await waiting, sibling.Runs));
    }

    [Fact]
    public async Task Failure_IsForgottenWithTheCallsThatHadIt()
    {
        var step = Failing("step", Task.CompletedTask);
        await using var job = _scenario.StartJob(new RecordingSink());
        await Assert.ThrowsAsync<InvalidDataException>(() => SolveAsync(job, Vertex("step", step)));
        step.During = null;

        Assert.Equal("step", await SolveAsync(job, Vertex("step", step)));
    }

    [Fact]
    public async Task Failure_OfAVertexThatAnotherBuildKeeps_IsForgottenToo()
    {
        var lower = _scenario.Operation("lower");
        var upper = _scenario.Operation("upper");
        await _scenario.BuildAsync(Vertex("upper", upper, Vertex("lower", lower)));
        await _scenario.Cache.RemoveResultAsync("result 1", default);
        await using var keeping = _scenario.StartJob(new RecordingSink());
        await SolveAsync(keeping, Vertex("upper", upper, Vertex("lower", lower)));
        lower.During = (_, _) => throw new InvalidDataException("it broke");
        await Assert.ThrowsAsync<InvalidDataException>(() => _scenario.BuildAsync(Vertex("lower", lower)));
        lower.During = null;

        Assert.Equal("lower", await _scenario.BuildAsync(Vertex("lower", lower)));
    }

    [Fact]
    public async Task Key_ThatCannotBeMade_IsAnErrorOfTheVertex()
    {
        var image = _scenario.Operation("image");
        image.KeyFailure = new InvalidDataException("no such image");
        var sink = new RecordingSink();
        await using var job = _scenario.StartJob(sink);
        var vertex = Vertex("image", image);

        await Assert.ThrowsAsync<InvalidDataException>(() => SolveAsync(job, Vertex("top", _scenario.Operation("top"), vertex, Vertex("other", _scenario.Operation("other")))));

        Assert.Equal("no such image", sink.Last(vertex).Error);
        Assert.NotNull(sink.Last(vertex).Started);
        _scenario.AssertNothingLeft();
    }

    [Fact]
    public async Task Operation_ThatFailed_IsNotRecorded()
    {
        var step = Failing("step", Task.CompletedTask);
        await Assert.ThrowsAsync<InvalidDataException>(() => _scenario.BuildAsync(Vertex("step", step)));
        step.During = null;

        await _scenario.BuildAsync(Vertex("step", step));

        Assert.Equal(2, step.Runs);
    }

    private FakeOperation Failing(string name, Task after)
    {
        var operation = _scenario.Operation(name);
        operation.During = async (_, token) =>
        {
            await after.WaitAsync(token);
            throw new InvalidDataException("it broke");
        };
        return operation;
    }
}
