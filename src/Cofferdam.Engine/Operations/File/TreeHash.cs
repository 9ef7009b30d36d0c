using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Cofferdam.Linux;
using Cofferdam.Model;

namespace Cofferdam.Engine;

/// <summary>Hashes parts of one tree as BuildKit does (cache/contenthash): first it walks, then reads what is not known on all cores, then joins all in order.</summary>
/// <param name="root">The tree.</param>
/// <param name="files">The files whose digests are known.</param>
/// <param name="isRootCounted">Whether mode and owner of the root itself take part; of a client's directory they do not.</param>
/// <param name="cancellationToken">Stops it.</param>
internal sealed class TreeHash(RootedDirectory root, FileDigests files, bool isRootCounted, CancellationToken cancellationToken)
{
    private const int MinRange = 64;
    private static readonly Digest Nothing = Digest.Of(ReadOnlySpan<byte>.Empty);

    /// <summary>The digest of what a selector means.</summary>
    public Digest Hash(FileSelector selector) =>
        selector.IsWildcard || !selector.Include.IsEmpty || !selector.Exclude.IsEmpty ? HashList(selector) : HashPath(SourceTree.Resolve(root, selector.Path, selector.FollowsLinks), selector.Path);

    // A file, or a directory with all that is in it.
    private Digest HashPath(string target, string shown)
    {
        var entry = Find(target, shown);
        List<Entry> entries = [entry];
        if (entry.Stat.IsDirectory)
        {
            foreach (var (at, _) in SourceTree.Walk(root, target, [], []))
            {
                cancellationToken.ThrowIfCancellationRequested();
                entries.Add(Describe(target, at));
            }
        }

        ReadMissing(entries);
        return entry.Stat.IsDirectory ? Join(entries) : entry.Digest!.Value;
    }

    // What filters let through, each entry for itself under its path.
    private Digest HashList(FileSelector selector)
    {
        var prefix = selector.IsWildcard ? SourceTree.SplitWildcards(selector.Path).Literal : SourceTree.Clean(selector.Path);
        var entries = new List<Entry>();
        foreach (var path in SourceTree.Match(root, selector.Path, selector.IsWildcard, followsLinks: false))
        {
            Collect(path, selector, entries);
        }

        ReadMissing(entries);
        if (selector.FollowsLinks)
        {
            foreach (var entry in entries.Where(entry => entry is { Depth: < 0, Stat.IsSymlink: true }))
            {
                entry.Digest = HashPath(SourceTree.Resolve(root, entry.Path, follow: true), entry.Path);
            }
        }

        var start = SourceTree.Resolve(root, prefix, follow: true);
        return entries switch
        {
            [] => Nothing,
            [var single] when BaseName(single.Path) == BaseName(SourceTree.Clean(selector.Path)) => single.Digest!.Value,
            _ => JoinList(entries, start.Length == 0 ? 0 : start.Length + 1),
        };
    }

    private void Collect(string path, FileSelector selector, List<Entry> entries)
    {
        var entry = Find(path, selector.Path);
        foreach (var required in selector.Required)
        {
            // It is named from the root of the tree.
            if (!root.Exists(SourceTree.Resolve(root, required, follow: false)))
            {
                throw SourceTree.NotFound(root, required);
            }
        }

        var isPassed = entry.Stat.IsDirectory && !selector.Include.IsEmpty;
        var isCounted = path.Length > 0;
        if (!isPassed && isCounted)
        {
            entries.Add(entry);
        }

        if (entry.Stat.IsDirectory)
        {
            CollectChildren(isPassed && isCounted ? entry : null, path, selector, entries);
        }
    }

    // Directories on the way count once something beneath them is taken.
    private void CollectChildren(Entry? above, string directory, FileSelector selector, List<Entry> entries)
    {
        var passed = new Stack<Entry>();
        if (above is not null)
        {
            passed.Push(above);
        }

        foreach (var (at, isTaken) in SourceTree.Walk(root, directory, selector.Include, selector.Exclude))
        {
            cancellationToken.ThrowIfCancellationRequested();
            while (passed.TryPeek(out var top) && top.Depth >= at.Depth)
            {
                passed.Pop();
            }

            var entry = Describe(directory, at);
            if (!isTaken)
            {
                passed.Push(entry);
                continue;
            }

            entries.AddRange(passed.Reverse());
            passed.Clear();
            entries.Add(entry);
        }
    }

    private Entry Find(string path, string shown) => root.TryStat(path, out var stat) && !stat.IsWhiteout
        ? FindKnown(path, -1, stat) ?? Describe(path, -1, stat, stat.IsSymlink ? root.ReadLink(path) : string.Empty, stat.IsSymlink ? [] : Attributes(root.ListXattrs(path), attribute => root.GetXattr(path, attribute)))
        : throw SourceTree.NotFound(root, shown);

    private Entry Describe(string directory, DirectoryWalker at)
    {
        var path = directory.Length == 0 ? at.Path : directory + "/" + at.Path;
        return FindKnown(path, at.Depth, at.Stat)
            ?? Describe(path, at.Depth, at.Stat, at.Stat.IsSymlink ? at.ReadLink() : string.Empty, at.Stat.IsSymlink ? [] : Attributes(at.ListXattrs(), at.GetXattr));
    }

    private Entry? FindKnown(string path, int depth, in FileStat stat) =>
        stat.IsRegular && files.Find(stat) is { } known ? new Entry(path, depth, stat, []) { Digest = Digest.FromSha256(known) } : null;

    private Entry Describe(string path, int depth, in FileStat stat, string link, IReadOnlyList<KeyValuePair<string, byte[]>> attributes)
    {
        var header = path.Length == 0 && !isRootCounted ? [] : FileHeader.Of(stat, link, attributes);
        return new Entry(path, depth, stat, header) { Digest = stat.IsRegular ? null : Digest.Of(header) };
    }

    private void ReadMissing(List<Entry> entries)
    {
        var missing = entries.Where(entry => entry.Digest is null).ToList();
        if (missing.Count == 0)
        {
            return;
        }

        var size = Math.Max(MinRange, missing.Count / (8 * Environment.ProcessorCount));
        Parallel.ForEach(
            Partitioner.Create(0, missing.Count, size),
            new ParallelOptions { CancellationToken = cancellationToken },
            range =>
            {
                using var own = RootedDirectory.Open(root.Path);
                for (var i = range.Item1; i < range.Item2; i++)
                {
                    using var file = own.OpenRead(missing[i].Path);
                    missing[i].Digest = Digest.FromSha256(files.Compute(file, missing[i].Header, missing[i].Stat));
                }
            });
    }

    // Of a directory: its own header's digest, then of each child its name and digest.
    private static Digest Join(List<Entry> entries)
    {
        var open = new Stack<(IncrementalHash Hash, Entry Entry)>();
        foreach (var entry in entries)
        {
            Close(open, entry.Depth);
            if (entry.Stat.IsDirectory)
            {
                var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
                Append(hash, "\0", entry.Digest!.Value);
                open.Push((hash, entry));
            }
            else
            {
                Append(open.Peek().Hash, "\0" + BaseName(entry.Path), entry.Digest!.Value);
            }
        }

        return Close(open, -1);
    }

    // Ends the directories that are not above the depth.
    private static Digest Close(Stack<(IncrementalHash Hash, Entry Entry)> open, int depth)
    {
        var digest = Nothing;
        while (open.TryPeek(out var top) && top.Entry.Depth >= depth)
        {
            open.Pop();
            using var hash = top.Hash;
            digest = Digest.FromSha256(hash.GetHashAndReset());
            if (open.TryPeek(out var parent))
            {
                Append(parent.Hash, "\0" + BaseName(top.Entry.Path), digest);
            }
        }

        return digest;
    }

    private static Digest JoinList(List<Entry> entries, int start)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var entry in entries)
        {
            var path = entry.Path.Length < start ? string.Empty : entry.Path[start..];
            Append(hash, "\0" + path.Replace('/', '\0'), entry.Digest!.Value);
        }

        return Digest.FromSha256(hash.GetHashAndReset());
    }

    private static void Append(IncrementalHash hash, string name, Digest digest)
    {
        hash.AppendData(PathBytes.Encode(name));
        hash.AppendData(Encoding.ASCII.GetBytes(digest.ToString()));
    }

    private static string BaseName(string path) => path[(path.LastIndexOf('/') + 1)..];

    private static List<KeyValuePair<string, byte[]>> Attributes(IReadOnlyList<string> names, Func<string, byte[]?> read)
    {
        var result = new List<KeyValuePair<string, byte[]>>();
        foreach (var name in names)
        {
            if (FileHeader.Counts(name) && read(name) is { } value)
            {
                result.Add(new(name, value));
            }
        }

        return result;
    }

    // The depth is that of the walk below what was asked for, itself at -1. The digest of a directory is that of its header.
    private sealed class Entry(string path, int depth, FileStat stat, byte[] header)
    {
        public string Path { get; } = path;

        public int Depth { get; } = depth;

        public FileStat Stat { get; } = stat;

        public byte[] Header { get; } = header;

        public Digest? Digest { get; set; }
    }
}
