using System.Collections.Immutable;

namespace Cofferdam.Engine;

/// <summary>Which entries of a directory are sent (fsutil FilterOpt).</summary>
public sealed record TransferFilter
{
    /// <summary>Patterns of what is sent; none is everything.</summary>
    public ImmutableArray<string> Include { get; init; } = [];

    /// <summary>Patterns of what is not sent, with <c>!</c> for exceptions.</summary>
    public ImmutableArray<string> Exclude { get; init; } = [];

    /// <summary>Paths that are sent together with what their symbolic links lead to.</summary>
    public ImmutableArray<string> Follow { get; init; } = [];

    /// <summary>Whether owners are sent as root's, as for a build's context.</summary>
    public bool ResetOwners { get; init; }
}
