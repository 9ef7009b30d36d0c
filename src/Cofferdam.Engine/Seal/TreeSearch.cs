using System.Collections.Concurrent;
using Cofferdam.Linux;
using Cofferdam.Secrets;

namespace Cofferdam.Engine;

/// <summary>Searches a directory: names, links' targets, extended attributes, files and what is inside them.</summary>
internal sealed class TreeSearch(SecretSearch search, LeakReport report)
{
    private const string Withheld = "(a name that holds a secret)";
    private const int LeastBytes = 7; // fewer are never searched

    private static readonly INestedDecoder[] Decoders = [new ZstdNestedDecoder(), new XzNestedDecoder(), new Bzip2NestedDecoder()];
    private static readonly NestedLimits Limits = new();

    private readonly ConcurrentDictionary<string, byte> _tainted = new(StringComparer.Ordinal);

    /// <summary>A search of streams with all decoders there are.</summary>
    public static NestedSearch Nested(SecretSearch search) => new(search, Limits, Decoders);

    /// <summary>Searches a tree and returns the paths in it, relative, that hold a secret.</summary>
    public async Task<IReadOnlyCollection<string>> SearchAsync(SearchedTree tree, CancellationToken cancellationToken)
    {
        var nested = Nested(search);
        var parallel = new ParallelOptions { CancellationToken = cancellationToken, MaxDegreeOfParallelism = Environment.ProcessorCount };
        await Parallel.ForEachAsync(Files(tree), parallel, async (file, token) =>
        {
            await using var content = file.Content;
            var name = tree.NameOf(file.Path);
            var found = await nested.SearchAsync(content, name, token);
            foreach (var finding in found.Findings)
            {
                Add(finding, name, file.Path);
            }

            foreach (var gap in found.Gaps)
            {
                report.Add(gap);
            }
        });
        return [.. _tainted.Keys];
    }

    private void Add(SecretFinding finding, string name, string relative)
    {
        if (report.Add(finding, name))
        {
            _tainted.TryAdd(relative, 0);
        }
    }

    // What is not in a file is searched on the way.
    private IEnumerable<(string Path, FileContentStream Content)> Files(SearchedTree tree)
    {
        using var root = RootedDirectory.Open(tree.Directory);
        using var walker = new DirectoryWalker(root);
        var seen = new HashSet<(DeviceNumber, ulong)>();
        while (walker.MoveNext())
        {
            var stat = walker.Stat;
            if (tree.Since is { } since && stat.Changed < since)
            {
                continue;
            }

            FileContentStream? content;
            try
            {
                SearchEntry(walker, tree);
                content = stat.IsRegular && stat.Size >= LeastBytes && (stat.Links < 2 || seen.Add((stat.Device, stat.Inode))) ? new FileContentStream(walker.OpenRead()) : null;
            }
            catch (LinuxException gone) when (gone.Errno == Errno.ENOENT && tree.Since is not null)
            {
                continue; // a cache that others use meanwhile
            }

            if (content is not null)
            {
                yield return (walker.Path, content);
            }
        }
    }

    private void SearchEntry(DirectoryWalker walker, SearchedTree tree)
    {
        var name = tree.NameOf(walker.Path);
        var path = PathBytes.Encode(walker.Path);
        var matches = Find(path);
        var ofParent = path.Length - PathBytes.Encode(walker.Name).Length;
        var shown = matches.Count == 0 ? name
            : matches.All(match => match.Offset >= ofParent) ? name[..^walker.Name.Length] + Withheld
            : Withheld;
        foreach (var match in matches.Where(match => match.Offset + match.Length > ofParent))
        {
            Add(Finding(match, shown), name, walker.Path);
        }

        if (walker.Stat.IsSymlink)
        {
            SearchPart(PathBytes.Encode(walker.ReadLink()), shown + " (target of the link)", name, walker.Path);
        }

        foreach (var attribute in walker.ListXattrs())
        {
            SearchPart(PathBytes.Encode(attribute), shown + " (name of an extended attribute)", name, walker.Path);
            SearchPart(walker.GetXattr(attribute) ?? [], shown + " (extended attribute)", name, walker.Path);
        }
    }

    private void SearchPart(byte[] bytes, string shown, string name, string relative)
    {
        foreach (var match in Find(bytes))
        {
            Add(Finding(match, shown), name, relative);
        }
    }

    private IReadOnlyList<SecretMatch> Find(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < LeastBytes)
        {
            return [];
        }

        using var scanner = search.OpenScanner();
        scanner.Append(bytes);
        return scanner.Finish();
    }

    private static SecretFinding Finding(SecretMatch match, string shown) => new(match.SecretId, match.Form, match.Encoding, shown, match.Offset, match.Length, null);
}
