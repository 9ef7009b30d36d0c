using System.Collections.Immutable;

namespace Cofferdam.Engine;

/// <summary>What a file operation reads of an input.</summary>
/// <param name="Path">The path, perhaps with wildcards.</param>
/// <param name="IsWildcard">Whether wildcards in the path mean something.</param>
/// <param name="FollowsLinks">Whether a symlink at the path is followed.</param>
public sealed record FileSelector(string Path, bool IsWildcard, bool FollowsLinks)
{
    /// <summary>Patterns of what is taken beneath it; none takes all.</summary>
    public ImmutableArray<string> Include { get; init; } = [];

    /// <summary>Patterns of what is left out beneath it.</summary>
    public ImmutableArray<string> Exclude { get; init; } = [];

    /// <summary>Paths that must be there beneath it.</summary>
    public ImmutableArray<string> Required { get; init; } = [];

    /// <summary>Whether more than one path and all beneath it is meant.</summary>
    public bool IsFiltered => IsWildcard || !Include.IsEmpty || !Exclude.IsEmpty || !Required.IsEmpty;

    /// <summary>The selector as text; equal texts select the same.</summary>
    public string Text => string.Join('\n', Path, IsWildcard, FollowsLinks, string.Join('\0', Include), string.Join('\0', Exclude), string.Join('\0', Required));
}
