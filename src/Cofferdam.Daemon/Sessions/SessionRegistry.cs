using Cofferdam.Engine;
using Cofferdam.Linux;
using Cofferdam.Protocol.Calls;
using Cofferdam.Protocol.Control;
using Grpc.Core;

namespace Cofferdam.Daemon;

/// <summary>The clients that are connected. A build may name a session before its stream is here, so looking one up waits. Thread-safe.</summary>
internal sealed class SessionRegistry(TimeProvider clock) : ISessions
{
    // BuildKit session/manager.go
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly Lock _lock = new(); // guards what follows
    private readonly Dictionary<string, ClientSession> _sessions = new(StringComparer.Ordinal);
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>How many clients are connected.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
            {
                return _sessions.Count;
            }
        }
    }

    /// <inheritdoc/>
    public bool IsOpen(string id)
    {
        lock (_lock)
        {
            return _sessions.TryGetValue(id, out var session) && !session.Closed.IsCancellationRequested;
        }
    }

    /// <inheritdoc/>
    public async ValueTask<IClientSession?> FindAsync(string id, CancellationToken cancellationToken)
    {
        var name = id[(id.IndexOf(':', StringComparison.Ordinal) + 1)..];
        using var patience = new CancellationTokenSource(Patience, clock);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        while (true)
        {
            Task changed;
            lock (_lock)
            {
                if (_sessions.TryGetValue(name, out var session) && !session.Closed.IsCancellationRequested)
                {
                    return session;
                }

                changed = _changed.Task;
            }

            try
            {
                await changed.WaitAsync(stop.Token);
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                return null;
            }
        }
    }

    /// <summary>Serves a client's session stream until the client ends it.</summary>
    public async Task ServeAsync(IAsyncStreamReader<BytesMessage> requests, IServerStreamWriter<BytesMessage> responses, ServerCallContext context)
    {
        var headers = context.RequestHeaders;
        var id = headers.GetValue("x-docker-expose-session-uuid") ?? throw new RpcException(new Status(StatusCode.InvalidArgument, "the session names no id"));
        var methods = headers.Where(header => header.Key == "x-docker-expose-session-grpc-method").Select(header => header.Value);

        // The roles are reversed: the client serves on this stream, the daemon calls.
        await using var channel = RpcChannel.Over(new SessionStream(requests, responses, context.CancellationToken));
        var session = new ClientSession(id, headers.GetValue("x-docker-expose-session-sharedkey") ?? string.Empty, methods, PeerProcess.Of(context) is { } peer && peer.User == Privileges.UserId ? peer.Id : null, channel);
        lock (_lock)
        {
            _sessions[id] = session;
            _changed.TrySetResult();
            _changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        try
        {
            using var stop = CancellationTokenSource.CreateLinkedTokenSource(channel.Closed, context.CancellationToken);
            await Task.Delay(Timeout.InfiniteTimeSpan, clock, stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        finally
        {
            lock (_lock)
            {
                if (_sessions.TryGetValue(id, out var current) && current == session)
                {
                    _sessions.Remove(id);
                }
            }
        }
    }
}
