using System.Text;
using Cofferdam.Model;
using Cofferdam.Solver;
using Xunit;
using static Cofferdam.UnitTests.Solver.SolverScenario;

namespace Cofferdam.UnitTests.Solver;

public sealed class SharingTests
{
    private readonly SolverScenario _scenario = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task EqualVertices_OfTwoBuilds_RunOnceForBoth()
    {
        var release = new TaskCompletionSource();
        var step = Waiting("step", release.Task);
        await using var first = _scenario.StartJob(new RecordingSink());
        await using var second = _scenario.StartJob(new RecordingSink());

        var one = SolveAsync(first, Vertex("step", step));
        await step.Started.Task;
        var two = SolveAsync(second, Vertex("step", _scenario.Operation("another object")));
        release.SetResult();

        Assert.Equal(("step", "step", 1), (await one, await two, step.Runs));
    }

    [Fact]
    public async Task BuildThatJoinsLate_IsToldWhatItMissed()
    {
        var release = new TaskCompletionSource();
        var step = _scenario.Operation("step");
        step.During = async (context, _) =>
        {
            context.Progress.Log(1, "early"u8);
            context.Progress.Status("id", "downloading", 1, 2, isCompleted: false);
            step.Started.TrySetResult();
            await release.Task;
            context.Progress.Log(2, "late"u8);
        };
        var (firstSink, secondSink) = (new RecordingSink(), new RecordingSink());
        await using var first = _scenario.StartJob(firstSink);
        await using var second = _scenario.StartJob(secondSink);
        var vertex = Vertex("step", step);
        var one = SolveAsync(first, vertex);
        while (firstSink.Events.OfType<ProgressEvent.StatusChanged>().FirstOrDefault() is null)
        {
            await Task.Yield();
        }

        var two = SolveAsync(second, vertex);
        release.SetResult();
        await Task.WhenAll(one, two);

        Assert.Equal(["early", "late"], secondSink.Logs(vertex.Digest));
        Assert.Equal("downloading", Assert.Single(secondSink.Events.OfType<ProgressEvent.StatusChanged>()).Name);
        Assert.NotNull(secondSink.Last(vertex).Completed);
    }

    [Fact]
    public async Task LogOfALateBuild_IsBounded()
    {
        var release = new TaskCompletionSource();
        var step = _scenario.Operation("step");
        var isWritten = new TaskCompletionSource();
        step.During = async (context, _) =>
        {
            var kilobyte = Encoding.ASCII.GetBytes(new string('x', 1024));
            for (var i = 0; i < 1000; i++)
            {
                context.Progress.Log(1, kilobyte);
            }

            isWritten.SetResult();
            await release.Task;
        };
        var sink = new RecordingSink();
        await using var first = _scenario.StartJob(new RecordingSink());
        await using var second = _scenario.StartJob(sink);
        var one = SolveAsync(first, Vertex("step", step));
        await isWritten.Task;
        var two = SolveAsync(second, Vertex("step", step));
        release.SetResult();
        await Task.WhenAll(one, two);

        Assert.Equal(256, sink.Logs(Vertex("step", step).Digest).Count());
    }

    [Fact]
    public async Task IndependentVertices_RunAtOnce()
    {
        var started = 0;
        var all = new TaskCompletionSource();
        var inputs = Enumerable.Range(0, 16).Select(i => Vertex($"v{i}", Meeting($"v{i}", 16))).ToArray();

        await _scenario.BuildAsync(Vertex("join", _scenario.Operation("join"), inputs));

        FakeOperation Meeting(string name, int count)
        {
            var operation = _scenario.Operation(name);
            operation.During = (_, token) =>
            {
                if (Interlocked.Increment(ref started) == count)
                {
                    all.SetResult();
                }

                return all.Task.WaitAsync(token);
            };
            return operation;
        }
    }

    [Fact]
    public async Task Operations_AtOnce_AreNoMoreThanTheLimit()
    {
        var scenario = new SolverScenario(maxParallelism: 3);
        var (running, most) = (0, 0);
        var inputs = Enumerable.Range(0, 20).Select(i =>
        {
            var operation = scenario.Operation($"v{i}");
            operation.During = async (_, _) =>
            {
                var now = Interlocked.Increment(ref running);
                most = Math.Max(most, now);
                await Task.Yield();
                Interlocked.Decrement(ref running);
            };
            return Vertex($"v{i}", operation);
        }).ToArray();

        await scenario.BuildAsync(Vertex("join", scenario.Operation("join"), inputs));

        Assert.InRange(most, 1, 3);
    }

    [Fact]
    public async Task DifferentVertices_WithTheSameKey_RunOnce()
    {
        var release = new TaskCompletionSource();
        var (one, two) = (Waiting("one", release.Task), _scenario.Operation("two"));
        one.Key = two.Key = OperationKey.Of(Digest.Of("same"));
        await using var job = _scenario.StartJob(new RecordingSink());

        var first = SolveAsync(job, Vertex("one", one));
        await one.Started.Task;
        var second = SolveAsync(job, Vertex("two", two));
        release.SetResult();

        Assert.Equal(("one", "one"), (await first, await second));
        Assert.Equal(0, two.Runs);
    }

    [Fact]
    public async Task Job_AskedAgain_AnswersAtOnce()
    {
        var step = _scenario.Operation("step");
        await using var job = _scenario.StartJob(new RecordingSink());
        await SolveAsync(job, Vertex("step", step));
        var loads = _scenario.Results.Loads;

        await SolveAsync(job, Vertex("step", step));

        Assert.Equal((1, 1, loads), (step.Runs, step.Keys, _scenario.Results.Loads));
    }

    [Fact]
    public async Task Job_Disposed_TakesNoMoreAndIsDisposedAgain()
    {
        var job = _scenario.StartJob(new RecordingSink());
        await SolveAsync(job, Vertex("step", _scenario.Operation("step")));
        await job.DisposeAsync();
        await job.DisposeAsync();

        await Assert.ThrowsAsync<ObjectDisposedException>(() => SolveAsync(job, Vertex("step", _scenario.Operation("step")), token: Token));
        _scenario.AssertNothingLeft();
    }

    private FakeOperation Waiting(string name, Task release)
    {
        var operation = _scenario.Operation(name);
        operation.During = (_, token) => release.WaitAsync(token);
        return operation;
    }

    [Fact]
    public async Task VertexOfEqualKey_ThatLookedBeforeTheOtherWasRecorded_DoesNotRunAgain()
    {
        var step = _scenario.Operation("step");
        var store = new HeldCacheStore(_scenario.Cache, Digest.Of($"{step.Key.Digests[0]}@0"));
        var solver = new BuildSolver(store, _scenario.Results, new SolverOptions(), _scenario.Clock);
        var sink = new RecordingSink();
        await using var late = solver.StartJob(sink, sink);
        await using var early = solver.StartJob(sink, sink);

        var waiting = SolveAsync(late, Vertex("late", step));
        await store.Held.Task;
        await SolveAsync(early, Vertex("early", step));
        store.Release();
        await waiting;

        Assert.Equal(1, step.Runs);
    }
}
