using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Cofferdam.Engine;
using Cofferdam.Model;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Cofferdam.UnitTests.Engine.Disk;

public sealed class GarbageCollectorTests
{
    private static readonly PruneOptions Policy = new();

    private readonly FakeTimeProvider _clock = new();
    private readonly RecordingDisk _disk = new();
    private readonly List<Exception> _reported = [];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Collector_AtItsStartAndAfterABuild_CarriesOutEveryPolicyInOrder()
    {
        var other = Policy with { All = true };
        using var stop = new CancellationTokenSource();
        var collector = new GarbageCollector(_disk, () => [Policy, other], _reported.Add, _clock);
        var running = collector.RunAsync(stop.Token);

        Assert.Equal([Policy, other], [await NextAsync(), await NextAsync()]);
        collector.Trigger();
        collector.Trigger();
        Assert.Equal([Policy, other], [await NextAsync(), await NextAsync()]);

        await stop.CancelAsync();
        await running;
        Assert.Empty(_reported);
    }

    [Fact]
    public async Task Round_ThatFails_IsReportedAndTheNextOneTries()
    {
        using var stop = new CancellationTokenSource();
        _disk.Failure = new CofferdamException(ErrorCode.System, "broken");
        var collector = new GarbageCollector(_disk, () => [Policy], _reported.Add, _clock);
        var running = collector.RunAsync(stop.Token);
        await NextAsync();
        _disk.Failure = null;
        collector.Trigger();

        await NextAsync();

        await stop.CancelAsync();
        await running;
        Assert.Equal(["broken"], _reported.Select(error => error.Message));
    }

    [Fact]
    public void Defaults_AreBuildKitsForTheDisk()
    {
        var policies = CollectionPolicies.Defaults(default, 200_000_000_000).Select(policy => policy.On(200_000_000_000)).ToArray();

        Assert.Equal(4, policies.Length);
        Assert.Equal((TimeSpan.FromHours(48), 512_000_000), (policies[0].KeepDuration, policies[0].MaxUsedSpace));
        Assert.Equal((true, false), (Matches(policies[0], "exec.cachemount"), Matches(policies[0], "regular")));
        Assert.All(policies[1..], policy => Assert.Equal((10_000_000_000, 100_000_000_000, 40_000_000_000), (policy.ReservedSpace, policy.MaxUsedSpace, policy.MinFreeSpace)));
        Assert.Equal(TimeSpan.FromDays(60), policies[1].KeepDuration);
        Assert.True(policies[3].All);
    }

    [Fact]
    public void Defaults_OfASmallDisk_AreParts()
    {
        var policy = CollectionPolicies.Defaults(default, 20_000_000_000)[1].On(20_000_000_000);

        Assert.Equal((2_000_000_000, 16_000_000_000, 4_000_000_000), (policy.ReservedSpace, policy.MaxUsedSpace, policy.MinFreeSpace));
    }

    private static bool Matches(PruneOptions policy, string kind) => DiskFilter.Parse(policy.Filters)(Record(kind));

    private static DiskRecord Record(string kind) => new() { Id = kind, Kind = kind };

    // The collector waits by the clock: time goes on until it has done the next thing.
    private async Task<PruneOptions> NextAsync()
    {
        while (true)
        {
            if (_disk.Asked.Reader.TryRead(out var policy))
            {
                return policy;
            }

            Token.ThrowIfCancellationRequested();
            _clock.Advance(TimeSpan.FromSeconds(30));
            await Task.Yield();
        }
    }

    private sealed class RecordingDisk : IDiskUsage
    {
        public Channel<PruneOptions> Asked { get; } = Channel.CreateUnbounded<PruneOptions>();

        public Exception? Failure { get; set; }

        public IAsyncEnumerable<DiskRecord> ListAsync(CancellationToken cancellationToken) => AsyncEnumerable.Empty<DiskRecord>();

        public async IAsyncEnumerable<DiskRecord> PruneAsync(PruneOptions options, [EnumeratorCancellation] CancellationToken cancellationToken)
        {
            var failure = Failure;
            await Asked.Writer.WriteAsync(options, cancellationToken);
            if (failure is not null)
            {
                throw failure;
            }

            yield return Record("regular");
        }

        public Task SettleAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
