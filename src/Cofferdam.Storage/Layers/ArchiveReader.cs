using System.Buffers;
using System.Threading.Channels;
using Cofferdam.Linux;
using Cofferdam.Model;

namespace Cofferdam.Storage.Layers;

/// <summary>Reads a tree for an archive, ahead of the one who writes it, in batches: most files are small, and waking a thread for each would cost more than reading it.</summary>
internal sealed class ArchiveReader(TreeArchiveOptions options)
{
    /// <summary>How many batches wait at most.</summary>
    public const int BatchesAhead = 4;

    private const int BatchEntries = 64;
    private const int SmallBytes = 64 * 1024;
    private const int BatchBytes = 512 * 1024;
    private const string CapabilityAttribute = "security.capability";
    private const string UserPrefix = "user.";

    private readonly Dictionary<(DeviceNumber Device, ulong Inode, int Layer), string> _links = [];
    private List<ArchivedEntry> _batch = [];
    private int _batchBytes;

    /// <summary>A file that was changed under the archive's hands.</summary>
    public static InvalidInputException BecameShorter(string name) => new($"archive {Quote.Text(name)}: the file became shorter while it was read");

    /// <summary>Reads all; the other side owns what it takes. Completes the channel, with the failure when there was one.</summary>
    public async Task ReadAsync(RootedDirectory root, ChannelWriter<List<ArchivedEntry>> batches, CancellationToken cancellationToken)
    {
        Exception? failure = null;
        try
        {
            using var walker = new DirectoryWalker(root);
            while (walker.MoveNext())
            {
                cancellationToken.ThrowIfCancellationRequested();
                Read(walker);
                if (_batch.Count >= BatchEntries || _batchBytes >= BatchBytes)
                {
                    await SendAsync(batches, cancellationToken);
                }
            }

            await SendAsync(batches, cancellationToken);
        }
        catch (Exception error) when ((failure = error) is null)
        {
            throw;
        }
        finally
        {
            _batch.ForEach(static entry => entry.Dispose());
            batches.Complete(failure);
        }
    }

    private async ValueTask SendAsync(ChannelWriter<List<ArchivedEntry>> batches, CancellationToken cancellationToken)
    {
        await batches.WriteAsync(_batch, cancellationToken);
        (_batch, _batchBytes) = (new List<ArchivedEntry>(BatchEntries), 0);
    }

    private void Read(DirectoryWalker walker)
    {
        var stat = walker.Stat;
        if (stat.Type == FileType.Socket)
        {
            return;
        }

        var name = options.Prefix + walker.Path;
        if (options.IsLayer && stat.IsWhiteout)
        {
            AddMark(name[..^walker.Name.Length] + OverlayMarks.WhiteoutPrefix + walker.Name);
            return;
        }

        var attributes = walker.ListXattrs();
        if (options.IsLayer && attributes.Any(OverlayMarks.IsPartial))
        {
            throw new UnsupportedException($"archive {Quote.Text(walker.Path)}: a part of it lies in a lower layer (overlayfs redirect_dir or metacopy)");
        }

        var header = Describe(walker, name, attributes);
        _batch.Add(header.Type == TarEntryType.Regular && header.Size > 0 ? ReadContent(walker, header) : new ArchivedEntry(header));
        if (options.IsLayer && stat.IsDirectory && OverlayMarks.NamesOpaque(attributes))
        {
            AddMark(name + "/" + OverlayMarks.OpaqueName);
        }
    }

    private ArchivedEntry ReadContent(DirectoryWalker walker, TarEntry header)
    {
        var file = walker.OpenRead();
        if (header.Size > SmallBytes)
        {
            return new ArchivedEntry(header, file);
        }

        using (file)
        {
            var size = (int)header.Size;
            var rented = ArrayPool<byte>.Shared.Rent(size);
            for (var at = 0; at < size;)
            {
                var read = RandomAccess.Read(file, rented.AsSpan(at, size - at), at);
                at += read > 0 ? read : throw BecameShorter(header.Name);
            }

            _batchBytes += size;
            return new ArchivedEntry(header, rented, size);
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

    private void AddMark(string name) => _batch.Add(new ArchivedEntry(new TarEntry { Name = name, Type = TarEntryType.Regular }));

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
