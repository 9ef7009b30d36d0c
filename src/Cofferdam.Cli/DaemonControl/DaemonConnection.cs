using Grpc.Core;

namespace Cofferdam.Cli.DaemonControl;

/// <summary>A connection to a daemon.</summary>
/// <param name="Invoker">Makes calls over it.</param>
/// <param name="Owned">What is disposed with it.</param>
internal sealed record DaemonConnection(CallInvoker Invoker, IAsyncDisposable? Owned) : IAsyncDisposable
{
    /// <inheritdoc/>
    public ValueTask DisposeAsync() => Owned?.DisposeAsync() ?? ValueTask.CompletedTask;
}
