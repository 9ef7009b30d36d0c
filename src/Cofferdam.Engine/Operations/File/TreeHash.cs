using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Cofferdam.Linux;
using Cofferdam.Model;

namespace Cofferdam.Engine;

/// <summary>Hashes parts of one tree: first it walks, then reads what is not known on all cores, then joins all in order.</summary>
internal sealed class TreeHash(RootedDirectory root, FileDigests files, CancellationToken cancellationToken)
{
    private const int MinRange = 64;

    /// <summary>The digest of what a selector means.</summary>
    public Digest Hash(FileSelector selector)
    {
        var entries = new List<Entry>();
        foreach (var path in SourceTree.Match(root, selector.Path, selector.IsWildcard, selector.FollowsLinks))
        {
            Collect(path, selector, entries);
        }

        ReadMissing(entries);
        return Join(entries);
    }

    private void Collect(string path, FileSelector selector, List<Entry> entries)
    {
        // The name of a path that stands alone is the operation's business (its base name is in the operation's key).
        var label = selector.IsWildcard ? path : "";
        var target = selector.FollowsLinks ? SourceTree.Resolve(root, path, follow: true) : path;
        if (!root.TryStat(target, out var stat) || stat.IsWhiteout)
        {
            throw SourceTree.NotFound(root, selector.Path);
        }

        foreach (var required in selector.Required)
        {
            if (!root.Exists(SourceTree.Resolve(root, target + "/" + required, follow: false)))
            {
                throw SourceTree.NotFound(root, target + "/" + required);
            }
        }

        var hasIncludes = !selector.Include.IsEmpty;
        if (!hasIncludes || !stat.IsDirectory)
        {
            entries.Add(Describe(label, target, stat, stat.IsSymlink ? root.ReadLink(target) : "", stat.IsSymlink ? [] : Attributes(target)));
        }

        if (stat.IsDirectory)
        {
            CollectChildren(label, target, selector, entries);
        }
    }

    private void CollectChildren(string label, string directory, FileSelector selector, List<Entry> entries)
    {
        var passed = new Stack<(Entry Entry, int Depth)>();
        foreach (var (at, isTaken) in SourceTree.Walk(root, directory, selector.Include, selector.Exclude))
        {
            cancellationToken.ThrowIfCancellationRequested();
            while (passed.TryPeek(out var top) && top.Depth >= at.Depth)
            {
                passed.Pop();
            }

            var path = directory.Length == 0 ? at.Path : directory + "/" + at.Path;
            var entry = Describe(label + "/" + at.Path, path, at.Stat, at.Stat.IsSymlink ? at.ReadLink() : "", Attributes(at));
            if (!isTaken)
            {
                passed.Push((entry, at.Depth));
                continue;
            }

            // Directories on the way count once something beneath them is taken.
            entries.AddRange(passed.Reverse().Select(parent => parent.Entry));
            passed.Clear();
            entries.Add(entry);
        }
    }

    private void ReadMissing(List<Entry> entries)
    {
        var missing = entries.Where(entry => entry.Stat.IsRegular && entry.Data is null).ToList();
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
                    missing[i].Data = files.Compute(file, missing[i].Stat);
                }
            });
    }

    private static Digest Join(List<Entry> entries)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var entry in entries)
        {
            hash.AppendData(entry.Header);
            hash.AppendData(entry.Data ?? []);
        }

        return Digest.FromSha256(hash.GetHashAndReset());
    }

    private Entry Describe(string label, string path, in FileStat stat, string link, IReadOnlyList<KeyValuePair<string, byte[]>> attributes)
    {
        var header = new StringBuilder();
        header.Append(label).Append('\0').Append((int)stat.Type).Append(' ').Append(stat.Mode).Append(' ').Append(stat.Uid).Append(' ').Append(stat.Gid).Append(' ');
        header.Append(stat.IsRegular ? stat.Size : 0).Append(' ').Append(stat.IsDevice ? stat.RawDevice.Packed : 0).Append(' ').Append(link).Append('\0');
        foreach (var (name, value) in attributes)
        {
            header.Append(name).Append('=').Append(Convert.ToHexString(value)).Append('\0');
        }

        header.Append('\n');
        return new Entry(path, stat, PathBytes.Encode(header.ToString())) { Data = stat.IsRegular ? files.Find(stat) : null };
    }

    private List<KeyValuePair<string, byte[]>> Attributes(string path) => Attributes(root.ListXattrs(path), attribute => root.GetXattr(path, attribute));

    private static List<KeyValuePair<string, byte[]>> Attributes(DirectoryWalker at) =>
        at.Stat.IsSymlink ? [] : Attributes(at.ListXattrs(), at.GetXattr);

    private static List<KeyValuePair<string, byte[]>> Attributes(IReadOnlyList<string> names, Func<string, byte[]?> read)
    {
        var result = new List<KeyValuePair<string, byte[]>>();
        foreach (var name in names)
        {
            // As BuildKit's tarsum-v1 headers: of security.* only capabilities, nothing of system.* and overlayfs's own.
            var counts = name == "security.capability"
                || (!name.StartsWith("security.", StringComparison.Ordinal) && !name.StartsWith("system.", StringComparison.Ordinal)
                    && !name.StartsWith("trusted.overlay.", StringComparison.Ordinal) && !name.StartsWith("user.overlay.", StringComparison.Ordinal));
            if (counts && read(name) is { } value)
            {
                result.Add(new(name, value));
            }
        }

        return result;
    }

    private sealed class Entry(string path, FileStat stat, byte[] header)
    {
        public string Path { get; } = path;

        public FileStat Stat { get; } = stat;

        public byte[] Header { get; } = header;

        public byte[]? Data { get; set; }
    }
}
