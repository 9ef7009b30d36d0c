using Cofferdam.Linux;
using Cofferdam.Model;
using Cofferdam.Protocol.FileTransfer;
using Cofferdam.Storage.Layers;

namespace Cofferdam.Engine;

/// <summary>Walks a directory in the order fsutil demands and yields what a filter lets through, parents before children.</summary>
internal static class FilteredWalk
{
    /// <summary>The entries. A parent that no pattern names comes right before its first child that is sent.</summary>
    public static IEnumerable<Stat> Walk(RootedDirectory root, TransferFilter filter, LayerHolders? layers = null)
    {
        var include = Includes(root, filter);
        var exclude = new PatternMatcher(filter.Exclude);
        var frames = new Stack<Frame>();
        var hardLinks = new HardLinks(layers);
        using var walker = new DirectoryWalker(root);
        while (walker.MoveNext())
        {
            while (frames.Count > walker.Depth)
            {
                frames.Pop();
            }

            var path = walker.Path;
            var parent = frames.Count > 0 ? frames.Peek() : null;
            var included = include?.Matches(path, parent?.Included ?? default) ?? new PatternMatch(true, null);
            var excluded = exclude.Matches(path, parent?.Excluded ?? default);
            var isSent = included.IsMatch && !excluded.IsMatch && walker.Stat.Type != FileType.Socket;
            if (walker.Stat.IsDirectory)
            {
                if ((!included.IsMatch && !include!.MayMatchUnder(path, exceptionsOnly: false)) || (excluded.IsMatch && !exclude.MayMatchUnder(path, exceptionsOnly: true)))
                {
                    walker.SkipChildren();
                    continue;
                }

                frames.Push(new Frame(Describe(walker, filter, hardLinks), included, excluded) { IsSent = false });
            }

            if (!isSent)
            {
                continue;
            }

            foreach (var frame in frames.Reverse().Where(frame => !frame.IsSent))
            {
                frame.IsSent = true;
                yield return frame.Stat;
            }

            if (!walker.Stat.IsDirectory)
            {
                yield return Describe(walker, filter, hardLinks);
            }
        }
    }

    private static PatternMatcher? Includes(RootedDirectory root, TransferFilter filter)
    {
        if (filter.Include.IsEmpty && filter.Follow.IsEmpty)
        {
            return null;
        }

        var followed = filter.Follow.IsEmpty ? [] : new FollowedPaths(root).Resolve(filter.Follow);
        return followed is null ? null : new PatternMatcher(filter.Include.Concat(followed));
    }

    private static Stat Describe(DirectoryWalker walker, TransferFilter filter, HardLinks hardLinks)
    {
        var stat = StatConverter.ToStat(walker.Path, walker.Stat, walker.Stat.IsSymlink ? walker.ReadLink() : string.Empty);
        if (filter.ResetOwners)
        {
            stat.Uid = 0;
            stat.Gid = 0;
        }

        if (walker.Stat is { IsRegular: true, Links: > 1 } && hardLinks.Find(walker) is { } first)
        {
            stat.Linkname = first;
            stat.Size = 0;
        }

        if (!walker.Stat.IsSymlink)
        {
            foreach (var name in walker.ListXattrs())
            {
                if (walker.GetXattr(name) is { } value && !name.StartsWith("system.", StringComparison.Ordinal))
                {
                    stat.Xattrs[name] = Google.Protobuf.ByteString.CopyFrom(value);
                }
            }
        }

        return stat;
    }

    // The second name of a file is a link to the first that is sent.
    private sealed class HardLinks(LayerHolders? layers)
    {
        private readonly Dictionary<(ulong Inode, DeviceNumber Device, int Layer), string> _first = [];

        public string? Find(DirectoryWalker walker)
        {
            var file = (walker.Stat.Inode, walker.Stat.Device, layers?.Find(walker.Path) ?? 0);
            return _first.TryAdd(file, walker.Path) ? null : _first[file];
        }
    }

    private sealed class Frame(Stat stat, PatternMatch included, PatternMatch excluded)
    {
        public Stat Stat { get; } = stat;

        public PatternMatch Included { get; } = included;

        public PatternMatch Excluded { get; } = excluded;

        public bool IsSent { get; set; }
    }
}
