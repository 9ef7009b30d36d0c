using Xunit;
using static Cofferdam.UnitTests.Solver.SolverScenario;

namespace Cofferdam.UnitTests.Solver;

public sealed class CancellationTests
{
    private readonly SolverScenario _scenario = new();

    [Fact]
    public async Task Vertex_NobodyWaitsForAnyMore_HasEndedWhenTheCallReturns()
    {
        var step = _scenario.Operation("step").NeverEnding();
        var sink = new RecordingSink();
        await using var job = _scenario.StartJob(sink);
        using var stop = new CancellationTokenSource();
        var vertex = Vertex("step", step);
        var solving = SolveAsync(job, vertex, token: stop.Token);
        await step.Started.Task;

        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => solving);
        Assert.Equal((1, "context canceled"), (step.Cancelled, sink.Last(vertex).Error));
        _scenario.AssertNothingLeft();
    }

    [Fact]
    public async Task Build_CancelledWhileAnotherWaits_LeavesItsWorkAlone()
    {
        var release = new TaskCompletionSource();
        var step = _scenario.Operation("step");
        step.During = (_, token) => release.Task.WaitAsync(token);
        var sink = new RecordingSink();
        await using var leaving = _scenario.StartJob(sink);
        await using var staying = _scenario.StartJob(new RecordingSink());
        using var stop = new CancellationTokenSource();
        var vertex = Vertex("step", step);
        var cancelled = SolveAsync(leaving, Vertex("top", _scenario.Operation("top"), vertex), token: stop.Token);
        var waiting = SolveAsync(staying, vertex);
        await step.Started.Task;

        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cancelled);
        Assert.Equal("context canceled", sink.Last(vertex).Error);
        Assert.False(waiting.IsCompleted);
        release.SetResult();
        Assert.Equal(("step", 0), (await waiting, step.Cancelled));
    }

    [Fact]
    public async Task Vertex_ThatAnotherBuildHasAndDoesNotNeed_IsCancelled()
    {
        var lower = _scenario.Operation("lower");
        var upper = _scenario.Operation("upper");
        await _scenario.BuildAsync(Vertex("upper", upper, Vertex("lower", lower)));
        await _scenario.Cache.RemoveResultAsync("result 1", default);
        await using var holding = _scenario.StartJob(new RecordingSink());
        await SolveAsync(holding, Vertex("upper", upper, Vertex("lower", lower)));
        lower.NeverEnding();
        await using var job = _scenario.StartJob(new RecordingSink());
        using var stop = new CancellationTokenSource();
        var solving = SolveAsync(job, Vertex("lower", lower), token: stop.Token);
        while (lower.Runs < 2)
        {
            await Task.Yield();
        }

        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => solving);
        Assert.Equal(1, lower.Cancelled);
    }

    [Fact]
    public async Task Vertex_AskedForAgainAfterItWasCancelled_RunsAgainAndNotTwiceAtOnce()
    {
        var hold = new TaskCompletionSource();
        var step = _scenario.Operation("step");
        step.During = async (_, token) =>
        {
            if (step.Runs == 1)
            {
                await Task.Delay(Timeout.Infinite, token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                await hold.Task; // It is slow to end.
                token.ThrowIfCancellationRequested();
            }
        };
        await using var first = _scenario.StartJob(new RecordingSink());
        await using var second = _scenario.StartJob(new RecordingSink());
        using var stop = new CancellationTokenSource();
        var cancelled = SolveAsync(first, Vertex("step", step), token: stop.Token);
        await step.Started.Task;
        await stop.CancelAsync();
        var again = SolveAsync(second, Vertex("step", step));
        hold.SetResult();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cancelled);
        Assert.Equal(("step", 2, false), (await again, step.Runs, step.HasOverlapped));
    }

    [Fact]
    public async Task Job_DisposedWhileItSolves_CancelsItAndWaitsForItsEnd()
    {
        var step = _scenario.Operation("step").NeverEnding();
        var job = _scenario.StartJob(new RecordingSink());
        var solving = SolveAsync(job, Vertex("step", step));
        await step.Started.Task;

        await job.DisposeAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => solving);
        Assert.Equal(1, step.Cancelled);
        _scenario.AssertNothingLeft();
    }

    [Fact]
    public async Task VertexWaitingForASlot_Cancelled_NeverRuns()
    {
        var scenario = new SolverScenario(maxParallelism: 1);
        var release = new TaskCompletionSource();
        var busy = scenario.Operation("busy");
        busy.During = (_, _) => release.Task;
        var step = scenario.Operation("step");
        await using var job = scenario.StartJob(new RecordingSink());
        using var stop = new CancellationTokenSource();
        var one = SolveAsync(job, Vertex("busy", busy));
        await busy.Started.Task;
        var two = SolveAsync(job, Vertex("step", step), token: stop.Token);

        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => two);
        release.SetResult();
        Assert.Equal(("busy", 0), (await one, step.Runs));
    }
}
