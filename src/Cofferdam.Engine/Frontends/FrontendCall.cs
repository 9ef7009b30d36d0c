using System.Collections.Immutable;
using Cofferdam.Protocol.Llb;

namespace Cofferdam.Engine;

/// <summary>A frontend at work on one request, which it drives by calls (BuildKit's LLBBridge).</summary>
public sealed class FrontendCall
{
    /// <summary>Definitions that it was given by name.</summary>
    public ImmutableDictionary<string, Definition> Inputs { get; init; } = ImmutableDictionary<string, Definition>.Empty;

    /// <summary>How many frontends called one another down to this one; 0 is the client.</summary>
    public int Depth { get; init; }

    /// <summary>What it returned in the end, or its error.</summary>
    public TaskCompletionSource<GatewayResult> Returned { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
}
