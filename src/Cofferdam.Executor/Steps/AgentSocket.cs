using System.Net.Sockets;
using Cofferdam.Linux;

namespace Cofferdam.Executor;

/// <summary>A unix socket of one step whose connections are passed to the client's ssh agent until it is disposed.</summary>
public sealed class AgentSocket : IAsyncDisposable
{
    private const int WaitingConnections = 16;

    private readonly CancellationTokenSource _ended = new();
    private readonly Socket _listener;
    private readonly Task _accepting;

    private AgentSocket(Socket listener, Func<CancellationToken, ValueTask<Stream>> agent)
    {
        _listener = listener;
        _accepting = AcceptAsync(agent);
    }

    /// <summary>Begins to listen at a new name in a directory, with the owner and mode of the mount.</summary>
    public static AgentSocket Listen(RootedDirectory directory, string name, StepMount.Ssh mount)
    {
        var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            // By its descriptor: a socket's path has 107 bytes at most.
            listener.Bind(new UnixDomainSocketEndPoint($"/proc/self/fd/{directory.Handle.DangerousGetHandle()}/{name}"));
            directory.SetOwner(name, (uint)mount.Uid, (uint)mount.Gid);
            directory.SetMode(name, (uint)mount.Mode);
            listener.Listen(WaitingConnections);
            return new AgentSocket(listener, mount.Agent);
        }
        catch
        {
            listener.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _ended.CancelAsync();
        _listener.Dispose();
        await _accepting;
        _ended.Dispose();
    }

    private async Task AcceptAsync(Func<CancellationToken, ValueTask<Stream>> agent)
    {
        var connections = new List<Task>();
        try
        {
            while (true)
            {
                var connection = await _listener.AcceptAsync(_ended.Token);
                connections.RemoveAll(task => task.IsCompleted);
                connections.Add(RelayAsync(connection, agent));
            }
        }
        catch (Exception error) when (error is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The step has ended.
        }

        await Task.WhenAll(connections);
    }

    private async Task RelayAsync(Socket connection, Func<CancellationToken, ValueTask<Stream>> agent)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(_ended.Token);
        try
        {
            await using var local = new NetworkStream(connection, ownsSocket: true);
            await using var remote = await agent(either.Token);
            var there = CopyAsync(local, remote, either);
            var back = CopyAsync(remote, local, either);
            await Task.WhenAll(there, back);
        }
#pragma warning disable CA1031 // The process sees a closed connection, as with an agent that has gone.
        catch (Exception)
#pragma warning restore CA1031
        {
            connection.Dispose();
        }
    }

    private static async Task CopyAsync(Stream from, Stream to, CancellationTokenSource either)
    {
        try
        {
            await from.CopyToAsync(to, either.Token);
        }
        finally
        {
            await either.CancelAsync();
        }
    }
}
