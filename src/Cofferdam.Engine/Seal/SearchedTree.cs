using Cofferdam.Linux;

namespace Cofferdam.Engine;

/// <summary>A directory whose files are to be searched.</summary>
/// <param name="Directory">Where it is.</param>
/// <param name="Path">What its files are called by: the path that a step had it at.</param>
/// <param name="Since">Only what changed since then; null is everything.</param>
internal sealed record SearchedTree(string Directory, string Path, FileTime? Since)
{
    /// <summary>What an entry is called.</summary>
    public string NameOf(string relative) => Path.TrimEnd('/') + "/" + relative;
}
