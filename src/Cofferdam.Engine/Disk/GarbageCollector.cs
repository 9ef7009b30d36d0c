using System.Collections.Immutable;
using System.Threading.Channels;

namespace Cofferdam.Engine;

/// <summary>Collects garbage in the background: soon after the start and after builds, not more often than once a minute.</summary>
/// <param name="disk">What is collected from.</param>
/// <param name="policies">What to collect; asked each time, as the disk may change.</param>
/// <param name="report">Told what went wrong; the next round tries again.</param>
/// <param name="clock">The clock.</param>
public sealed class GarbageCollector(IDiskUsage disk, Func<ImmutableArray<PruneOptions>> policies, Action<Exception> report, TimeProvider clock)
{
    private static readonly TimeSpan Delay = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Pause = TimeSpan.FromMinutes(1);

    private readonly Channel<bool> _wanted = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true });

    /// <summary>Asks for a round: something was built.</summary>
    public void Trigger() => _wanted.Writer.TryWrite(true);

    /// <summary>Works until it is cancelled, and returns then.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        Trigger();
        try
        {
            while (true)
            {
                await _wanted.Reader.ReadAsync(cancellationToken);
                await Task.Delay(Delay, clock, cancellationToken);
                await CollectAsync(cancellationToken);
                await Task.Delay(Pause, clock, cancellationToken);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The daemon ends.
        }
    }

    private async Task CollectAsync(CancellationToken cancellationToken)
    {
        try
        {
            foreach (var policy in policies())
            {
                await foreach (var record in disk.PruneAsync(policy, cancellationToken))
                {
                    _ = record;
                }
            }
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            report(error);
        }
    }
}
