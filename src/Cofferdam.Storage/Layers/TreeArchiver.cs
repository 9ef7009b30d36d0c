using Cofferdam.Linux;
using Cofferdam.Model;
using Microsoft.Win32.SafeHandles;

namespace Cofferdam.Storage.Layers;

/// <summary>Writes a directory tree into a tar, sorted; as a layer with OCI whiteouts when it is an overlay's upper directory.</summary>
internal sealed class TreeArchiver(TarWriter writer, TreeArchiveOptions options)
{
    private const int BufferBytes = 256 * 1024;
    private const string CapabilityAttribute = "security.capability";
    private const string UserPrefix = "user.";

    private readonly byte[] _buffer = new byte[BufferBytes];
    private readonly Dictionary<(DeviceNumber Device, ulong Inode, int Layer), string> _links = [];

    /// <summary>Writes all that is in a root, the root itself left out. The archive is not ended.</summary>
    internal async Task WriteAsync(RootedDirectory root, CancellationToken cancellationToken)
    {
        using var walker = new DirectoryWalker(root);
        while (walker.MoveNext())
        {
            cancellationToken.ThrowIfCancellationRequested();
            await WriteEntryAsync(walker, cancellationToken);
        }
    }

    private async ValueTask WriteEntryAsync(DirectoryWalker walker, CancellationToken cancellationToken)
    {
        var stat = walker.Stat;
        if (stat.Type == FileType.Socket)
        {
            return;
        }

        var name = options.Prefix + walker.Path;
        if (options.IsLayer && stat.IsWhiteout)
        {
            await WriteMarkAsync(name[..^walker.Name.Length] + OverlayMarks.WhiteoutPrefix + walker.Name, cancellationToken);
            return;
        }

        var attributes = walker.ListXattrs();
        if (options.IsLayer && attributes.Any(OverlayMarks.IsPartial))
        {
            throw new UnsupportedException($"archive {Quote.Text(walker.Path)}: a part of it lies in a lower layer (overlayfs redirect_dir or metacopy)");
        }

        var entry = Describe(walker, name, attributes);
        options.Observer?.BeginEntry(entry.Name);
        ObserveHeader(entry);
        await writer.BeginAsync(entry, cancellationToken);
        if (entry.Type == TarEntryType.Regular && entry.Size > 0)
        {
            using var file = walker.OpenRead();
            await WriteContentAsync(file, entry, cancellationToken);
        }
        else if (options.IsLayer && stat.IsDirectory && OverlayMarks.NamesOpaque(attributes))
        {
            await WriteMarkAsync(name + "/" + OverlayMarks.OpaqueName, cancellationToken);
        }
    }

    private TarEntry Describe(DirectoryWalker walker, string name, IReadOnlyList<string> attributes)
    {
        var stat = walker.Stat;
        var entry = new TarEntry
        {
            Name = stat.IsDirectory ? name + "/" : name,
            Type = TypeOf(stat.Type),
            Mode = stat.Mode,
            Uid = stat.Uid,
            Gid = stat.Gid,
            Size = stat.Size,
            Modified = Limit(stat.Modified),
            Device = stat.IsDevice ? stat.RawDevice : default,
            LinkName = stat.IsSymlink ? walker.ReadLink() : "",
            Xattrs = attributes.Count == 0 ? [] : Xattrs(walker, attributes),
        };
        if (stat.Links < 2 || stat.IsDirectory)
        {
            return entry;
        }

        var file = (stat.Device, stat.Inode, options.Layers?.Find(options.Place + walker.Path) ?? 0);
        return _links.TryAdd(file, entry.Name)
            ? entry
            : entry with { Type = TarEntryType.HardLink, LinkName = _links[file], Size = 0, Device = default };
    }

    // containerd's layers have whole seconds.
    private FileTime Limit(FileTime time) => new(options.LatestTime is { } latest && time > latest ? latest.Seconds : time.Seconds, 0);

    private static List<KeyValuePair<string, byte[]>> Xattrs(DirectoryWalker walker, IReadOnlyList<string> attributes)
    {
        var result = new List<KeyValuePair<string, byte[]>>();
        foreach (var attribute in attributes)
        {
            if ((attribute == CapabilityAttribute || attribute.StartsWith(UserPrefix, StringComparison.Ordinal))
                && !OverlayMarks.IsOwn(attribute) && walker.GetXattr(attribute) is { } value)
            {
                result.Add(new(attribute, value));
            }
        }

        return result;
    }

    private async ValueTask WriteContentAsync(SafeFileHandle file, TarEntry entry, CancellationToken cancellationToken)
    {
        for (var at = 0L; at < entry.Size;)
        {
            var read = RandomAccess.Read(file, _buffer.AsSpan(0, (int)Math.Min(BufferBytes, entry.Size - at)), at);
            if (read == 0)
            {
                throw new InvalidInputException($"archive {Quote.Text(entry.Name)}: the file became shorter while it was read");
            }

            options.Observer?.Content(_buffer.AsSpan(0, read));
            await writer.WriteAsync(_buffer.AsMemory(0, read), cancellationToken);
            at += read;
        }
    }

    // What an observer looks for may stand in a link's text or an attribute as well as in a file.
    private void ObserveHeader(TarEntry entry)
    {
        if (options.Observer is not { } observer)
        {
            return;
        }

        if (entry.Type == TarEntryType.Symlink)
        {
            observer.Content(PathBytes.Encode(entry.LinkName));
        }

        foreach (var (_, value) in entry.Xattrs)
        {
            observer.Content(value);
        }
    }

    private ValueTask WriteMarkAsync(string name, CancellationToken cancellationToken)
    {
        options.Observer?.BeginEntry(name);
        return writer.BeginAsync(new TarEntry { Name = name, Type = TarEntryType.Regular }, cancellationToken);
    }

    private static TarEntryType TypeOf(FileType type) => type switch
    {
        FileType.Directory => TarEntryType.Directory,
        FileType.Symlink => TarEntryType.Symlink,
        FileType.CharacterDevice => TarEntryType.CharacterDevice,
        FileType.BlockDevice => TarEntryType.BlockDevice,
        FileType.Fifo => TarEntryType.Fifo,
        _ => TarEntryType.Regular,
    };
}
