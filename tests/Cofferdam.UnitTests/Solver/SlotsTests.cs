using Cofferdam.Solver;
using Xunit;

namespace Cofferdam.UnitTests.Solver;

public sealed class SlotsTests
{
    private readonly StoppedClock _clock = new();

    [Fact]
    public async Task Wait_OfSeveral_TheLongestChainGoesFirst()
    {
        var slots = new Slots(1, _clock);
        await slots.WaitAsync(TimeSpan.Zero, CancellationToken.None);
        var order = new List<string>();
        var waits = new[] { ("short", 1), ("long", 60), ("middle", 5), ("as long", 60) }.Select(wait => RunAsync(slots, wait.Item1, wait.Item2, order)).ToList();

        slots.Release();
        await Task.WhenAll(waits);

        Assert.Equal(["long", "as long", "middle", "short"], order);
    }

    [Fact]
    public async Task Wait_BehindLongerChainsThatKeepComing_ComesToItsTurn()
    {
        var slots = new Slots(1, _clock);
        await slots.WaitAsync(TimeSpan.Zero, CancellationToken.None);
        var order = new List<string>();
        var waits = new List<Task> { RunAsync(slots, "patient", 0, order) };
        _clock.Elapsed = Slots.LongestLead + TimeSpan.FromSeconds(1);
        waits.Add(RunAsync(slots, "pushing", 100_000, order));

        slots.Release();
        await Task.WhenAll(waits);

        Assert.Equal(["patient", "pushing"], order);
    }

    [Fact]
    public async Task Release_WhereTheFirstWasCancelled_LetsTheNextThrough()
    {
        var slots = new Slots(1, _clock);
        await slots.WaitAsync(TimeSpan.Zero, CancellationToken.None);
        using var stop = new CancellationTokenSource();
        var cancelled = slots.WaitAsync(TimeSpan.FromSeconds(9), stop.Token);
        var next = slots.WaitAsync(TimeSpan.Zero, CancellationToken.None);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cancelled);

        slots.Release();

        await next;
        slots.Release();
        await slots.WaitAsync(TimeSpan.Zero, CancellationToken.None); // free again
    }

    [Fact]
    public async Task Build_WithMoreReadyThanMayRun_BeginsWithTheLongestChain()
    {
        var scenario = new SolverScenario(maxParallelism: 1);
        var order = new System.Collections.Concurrent.ConcurrentQueue<string>();
        var alone = Enumerable.Range(0, 8).Select(i => SolverScenario.Vertex($"alone{i}", Recorded($"alone{i}"))).ToList();
        var chain = SolverScenario.Vertex("link0", Recorded("link0"));
        for (var i = 1; i < 4; i++)
        {
            chain = SolverScenario.Vertex($"link{i}", Recorded($"link{i}"), chain);
        }

        await scenario.BuildAsync(SolverScenario.Vertex("end", scenario.Operation("end"), [.. alone, chain]));

        Assert.Contains("link0", order.Take(2)); // whoever came first had the slot at once
        Assert.Equal(12, order.Count);

        FakeOperation Recorded(string name)
        {
            var operation = scenario.Operation(name);
            operation.During = async (_, _) =>
            {
                order.Enqueue(name);
                while (order.Count == 1 && scenario.Solver.WaitingCount < 8)
                {
                    await Task.Yield(); // the first one lets all others come
                }
            };
            return operation;
        }
    }

    // One slot: the next begins when this has ended.
    private static async Task RunAsync(Slots slots, string name, int chainSeconds, List<string> order)
    {
        await slots.WaitAsync(TimeSpan.FromSeconds(chainSeconds), CancellationToken.None);
        order.Add(name);
        slots.Release();
    }

    private sealed class StoppedClock : TimeProvider
    {
        public TimeSpan Elapsed { get; set; }

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => Elapsed.Ticks;
    }
}
