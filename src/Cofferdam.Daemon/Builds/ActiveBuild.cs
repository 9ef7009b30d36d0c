using Cofferdam.Engine;

namespace Cofferdam.Daemon;

/// <summary>A build between its Solve call and the answer to it.</summary>
internal sealed class ActiveBuild(IBuild build, DateTimeOffset started)
{
    /// <summary>The build.</summary>
    public IBuild Build { get; } = build;

    /// <summary>When it began.</summary>
    public DateTimeOffset Started { get; } = started;

    /// <summary>What the client's frontend returned (LLBBridge.Return), or its error.</summary>
    public TaskCompletionSource<GatewayResult> Returned { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
}
