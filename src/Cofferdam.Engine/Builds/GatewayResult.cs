using System.Collections.Immutable;
using Cofferdam.Protocol.Gateway;

namespace Cofferdam.Engine;

/// <summary>What a frontend returns: one reference, or one for each platform, and metadata.</summary>
public sealed record GatewayResult
{
    /// <summary>The one reference; null when there are several or none.</summary>
    public GatewayReference? Reference { get; init; }

    /// <summary>References by platform id, for example <c>linux/amd64</c>; null when there is one only.</summary>
    public ImmutableSortedDictionary<string, GatewayReference>? References { get; init; }

    /// <summary>Metadata, for example <c>containerimage.config</c> and <c>refs.platforms</c>.</summary>
    public ImmutableDictionary<string, byte[]> Metadata { get; init; } = ImmutableDictionary<string, byte[]>.Empty;

    /// <summary>Attestations a frontend adds, by platform id.</summary>
    public ImmutableDictionary<string, Attestations> Attestations { get; init; } = ImmutableDictionary<string, Attestations>.Empty;

    /// <summary>Every reference there is.</summary>
    public IEnumerable<GatewayReference> All => References?.Values ?? (Reference is null ? [] : [Reference]);
}
