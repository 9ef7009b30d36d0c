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

    /// <summary>Whether more or less is meant than a path with all that is beneath it.</summary>
    public bool IsFiltered => IsWildcard || !Include.IsEmpty || !Exclude.IsEmpty;

    /// <summary>The selector as text; equal texts select the same.</summary>
    public string Text => string.Join('\n', Path, IsWildcard, FollowsLinks, string.Join('\0', Include), string.Join('\0', Exclude), string.Join('\0', Required));

    /// <summary>The selectors without those that lie beneath others, in one order.</summary>
    public static ImmutableArray<FileSelector> Dedupe(IReadOnlyCollection<FileSelector> selectors)
    {
        var plain = selectors.Where(selector => !selector.IsFiltered).DistinctBy(selector => (selector.Path, selector.FollowsLinks)).ToList();
        return
        [
            .. plain.Where(selector => !plain.Exists(other => other != selector && other.FollowsLinks == selector.FollowsLinks && IsBeneath(selector.Path, other.Path)))
                .Concat(selectors.Where(selector => selector.IsFiltered))
                .OrderBy(selector => selector.Path, StringComparer.Ordinal),
        ];
    }

    private static bool IsBeneath(string path, string directory) => path.StartsWith(directory.EndsWith('/') ? directory : directory + "/", StringComparison.Ordinal);
}
