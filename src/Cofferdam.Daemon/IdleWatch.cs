using Cofferdam.Protocol.Calls;

namespace Cofferdam.Daemon;

/// <summary>Ends a daemon that nobody needs.</summary>
internal sealed class IdleWatch(RpcServer server, BuildTable builds, TimeProvider clock)
{
    private static readonly TimeSpan Step = TimeSpan.FromSeconds(1);

    /// <summary>Cancels <paramref name="stop"/> once no call and no build was running for the time given; returns when it is cancelled. Null is never.</summary>
    public async Task WaitAsync(TimeSpan? timeout, CancellationTokenSource stop)
    {
        var idleSince = clock.GetTimestamp();
        while (!stop.IsCancellationRequested)
        {
            await Task.Delay(Step, clock, stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (server.ActiveCalls > 0 || builds.Count > 0 || timeout is null)
            {
                idleSince = clock.GetTimestamp();
            }
            else if (clock.GetElapsedTime(idleSince) >= timeout)
            {
                await stop.CancelAsync();
            }
        }
    }
}
