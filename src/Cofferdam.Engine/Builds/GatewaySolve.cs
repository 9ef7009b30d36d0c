using System.Collections.Immutable;
using Cofferdam.Protocol.Llb;

namespace Cofferdam.Engine;

/// <summary>What a client or a frontend asks to be solved: a definition, or what a frontend makes of options; neither gives an empty result.</summary>
public sealed record GatewaySolve
{
    /// <summary>The graph; null when a frontend makes it.</summary>
    public Definition? Definition { get; init; }

    /// <summary>The frontend, for example <c>dockerfile.v0</c>; empty with a definition.</summary>
    public string Frontend { get; init; } = string.Empty;

    /// <summary>The frontend's options.</summary>
    public ImmutableDictionary<string, string> Options { get; init; } = ImmutableDictionary<string, string>.Empty;

    /// <summary>Definitions given to the frontend by name.</summary>
    public ImmutableDictionary<string, Definition> Inputs { get; init; } = ImmutableDictionary<string, Definition>.Empty;

    /// <summary>More places where cache is looked for.</summary>
    public ImmutableArray<CacheSpec> CacheImports { get; init; } = [];

    /// <summary>Whether the references are to be solved before it returns.</summary>
    public bool Evaluate { get; init; }

    /// <summary>How many frontends called one another down to who asks; 0 is the client.</summary>
    public int Depth { get; init; }

    /// <summary>More source policies, each as protobuf.</summary>
    public ImmutableArray<ReadOnlyMemory<byte>> SourcePolicies { get; init; } = [];
}
