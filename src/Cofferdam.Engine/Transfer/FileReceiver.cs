using Cofferdam.Linux;
using Cofferdam.Model;
using Cofferdam.Protocol.FileTransfer;
using Grpc.Core;
using Microsoft.Win32.SafeHandles;

namespace Cofferdam.Engine;

/// <summary>Receives a directory over fsutil's protocol, fetching only what differs from an earlier transfer.</summary>
/// <param name="root">Where it goes; nothing outside is written.</param>
/// <param name="known">What the root holds, from an earlier transfer; empty for an empty directory.</param>
/// <param name="options">How.</param>
public sealed class FileReceiver(RootedDirectory root, FileListing known, ReceiverOptions options)
{
    private const string CapabilityAttribute = "security.capability";

    private static readonly WriteOptions _isFollowed = new(WriteFlags.BufferHint);

    private readonly TransferOrder _order = new();
    private readonly Lock _counting = new(); // guards ReceivedBytes
    private readonly FileListing _listing = new();
    private readonly Dictionary<uint, Stat> _wanted = [];
    private readonly Dictionary<uint, ReceivedFile> _open = [];
    private readonly Dictionary<string, Stat> _directories = new(StringComparer.Ordinal);
    private readonly HashSet<string> _touched = new(StringComparer.Ordinal);
    private readonly List<Stat> _hardLinks = [];
    private readonly List<string> _changed = [];
    private Packet? _held;
    private int _changedCount;
    private int _knownIndex;
    private uint _nextId;
    private bool _isAnnounced;

    /// <summary>Bytes of content received.</summary>
    public long ReceivedBytes { get; private set; }

    /// <summary>Whether anything in the root is different from before.</summary>
    public bool HasChanged { get; private set; }

    /// <summary>What was different; null where there was no earlier transfer, or nothing was.</summary>
    internal ChangedFiles? Changes => known.Entries.Count == 0 || _changedCount == 0 ? null : new ChangedFiles([.. _changed], _changedCount);

    /// <summary>Runs the transfer to its end and returns what the root holds then. When it throws the root holds a mixture and is to be thrown away.</summary>
    /// <param name="packets">What the sender sends.</param>
    /// <param name="requests">What the sender is sent.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public async Task<FileListing> ReceiveAsync(IAsyncStreamReader<Packet> packets, IAsyncStreamWriter<Packet> requests, CancellationToken cancellationToken)
    {
        await using var shared = options.Contents is { } contents ? new SharedFiles(contents, root, (own, stat, file) => Finish(own, stat, file, file.Length), cancellationToken) : null;
        try
        {
            var isFinished = false;
            while (await packets.MoveNext(cancellationToken))
            {
                switch (packets.Current)
                {
                    case { Type: Packet.Types.PacketType.PacketStat, Stat: { } stat }:
                        if (Announce(stat) is { } request)
                        {
                            await (shared is null ? AskAsync(request, requests, cancellationToken) : TakeAsync(shared, request.ID));
                        }

                        break;
                    case { Type: Packet.Types.PacketType.PacketStat }:
                        RemoveUntil(null);
                        _isAnnounced = true;
                        await (shared is null ? AskAsync(null, requests, cancellationToken) : shared.FinishAsync());
                        break;
                    case { Type: Packet.Types.PacketType.PacketData } packet:
                        Write(packet);
                        break;
                    case { Type: Packet.Types.PacketType.PacketFin }:
                        return Finish();
                    case { Type: Packet.Types.PacketType.PacketErr } packet:
                        throw new CofferdamException(ErrorCode.System, "error from sender: " + packet.Data.ToStringUtf8());
                    default:
                        throw new InvalidInputException($"receiving files: unexpected packet {packets.Current.Type}");
                }

                if (_isAnnounced && _wanted.Count == 0 && !isFinished)
                {
                    isFinished = true;
                    await requests.WriteAsync(new Packet { Type = Packet.Types.PacketType.PacketFin }, cancellationToken);
                }
            }

            throw new CofferdamException(ErrorCode.Canceled, "receiving files: the sender ended before everything was there");
        }
        finally
        {
            foreach (var file in _open.Values)
            {
                file.Dispose();
            }
        }
    }

    // Requests go out together. The last is held back until there is another, or there are no more: it takes with it what waits before it.
    private async Task AskAsync(Packet? request, IAsyncStreamWriter<Packet> requests, CancellationToken cancellationToken)
    {
        if (_held is { } held)
        {
            requests.WriteOptions = request is null ? null : _isFollowed;
            await requests.WriteAsync(held, cancellationToken);
        }

        _held = request;
    }

    private Task TakeAsync(SharedFiles shared, uint id)
    {
        _wanted.Remove(id, out var stat);
        return shared.AddAsync(stat!).AsTask();
    }

    // Makes what is told, or gives the request for its content.
    private Packet? Announce(Stat stat)
    {
        var id = _nextId++;
        _order.Check(stat);
        if (!options.KeepOwners)
        {
            stat.Uid = 0;
            stat.Gid = 0;
        }

        _listing.Add(stat);
        if (TransferModes.IsDirectory(stat))
        {
            _directories[stat.Path] = stat;
        }

        var before = RemoveUntil(stat.Path);
        if (before is not null && !options.AlwaysFetch && IsSame(before, stat))
        {
            return null;
        }

        Note(stat.Path, isDirectory: before is not null && TransferModes.IsDirectory(stat));
        if (before is not null && !(TransferModes.IsDirectory(before) && TransferModes.IsDirectory(stat)))
        {
            root.RemoveTree(stat.Path);
        }

        Touch(stat.Path);
        if (TransferModes.IsRequestable(stat))
        {
            _wanted[id] = stat;
            return new Packet { Type = Packet.Types.PacketType.PacketReq, ID = id };
        }

        Make(stat, before);
        return null;
    }

    // Both listings are in the same order: what is known and comes before the path is no longer there.
    private Stat? RemoveUntil(string? path)
    {
        for (; _knownIndex < known.Entries.Count; _knownIndex++)
        {
            var entry = known.Entries[_knownIndex];
            var order = path is null ? -1 : entry.Path == path ? 0 : TransferOrder.Compare(entry.Path, path);
            if (order > 0)
            {
                return null;
            }

            if (order == 0)
            {
                _knownIndex++;
                return entry;
            }

            Note(entry.Path, isDirectory: false);
            root.RemoveTree(entry.Path);
            Touch(entry.Path);
        }

        return null;
    }

    // A directory whose times changed says nothing that its files do not.
    private void Note(string path, bool isDirectory)
    {
        HasChanged = true;
        if (!isDirectory && ++_changedCount <= ChangedFiles.Kept)
        {
            _changed.Add(path);
        }
    }

    private void Touch(string path)
    {
        var slash = path.LastIndexOf('/');
        if (slash > 0)
        {
            _touched.Add(path[..slash]);
        }
    }

    // The comparison of BuildKit's differ "metadata".
    private static bool IsSame(Stat left, Stat right) =>
        left.Mode == right.Mode && left.Uid == right.Uid && left.Gid == right.Gid && left.Linkname == right.Linkname
        && left.Devmajor == right.Devmajor && left.Devminor == right.Devminor && left.Xattrs.Equals(right.Xattrs)
        && (TransferModes.IsDirectory(left) || (left.Size == right.Size && left.ModTime == right.ModTime));

    private void Make(Stat stat, Stat? before)
    {
        if (TransferModes.IsDirectory(stat))
        {
            if (before is null || !TransferModes.IsDirectory(before))
            {
                root.TryMakeDirectory(stat.Path, 0x1c0); // 0700 until its own mode is set
            }

            _touched.Add(stat.Path);
        }
        else if (TransferModes.IsSymlink(stat))
        {
            root.MakeSymlink(stat.Linkname, stat.Path);
            SetAttributes(stat);
        }
        else if (TransferModes.IsHardLink(stat))
        {
            _hardLinks.Add(stat); // The file it names may still be on its way.
        }
        else if (TransferModes.NodeType(stat) is not FileType.Socket and var type)
        {
            MakeNode(stat, type);
        }
    }

    private void MakeNode(Stat stat, FileType type)
    {
        try
        {
            root.MakeNode(stat.Path, type, TransferModes.Permissions(stat), new DeviceNumber((uint)stat.Devmajor, (uint)stat.Devminor));
            SetAttributes(stat);
        }
        catch (LinuxException error) when (error.Errno == Errno.EPERM && type != FileType.Fifo)
        {
            // A device that the user cannot make is left out.
        }
    }

    private void Write(Packet packet)
    {
        if (!_wanted.TryGetValue(packet.ID, out var stat))
        {
            throw new InvalidInputException($"receiving files: content for {packet.ID}, which was not asked for");
        }

        if (!_open.TryGetValue(packet.ID, out var open))
        {
            open = new ReceivedFile(root.CreateFile(stat.Path, 0x180), FileHeader.OfFile(stat));
            _open[packet.ID] = open;
        }

        if (!packet.Data.IsEmpty)
        {
            open.Append(packet.Data.Span);
            Count(packet.Data.Length);
            return;
        }

        _open.Remove(packet.ID);
        _wanted.Remove(packet.ID);
        using (open)
        {
            Finish(root, stat, open, 0);
        }
    }

    private void Finish(RootedDirectory own, Stat stat, ReceivedFile file, long uncounted)
    {
        SetAttributes(own, stat, file.File);
        options.Received?.Invoke(RootedDirectory.Stat(file.File), file.GetSha256());
        Count(uncounted);
    }

    private void Count(long bytes)
    {
        lock (_counting)
        {
            ReceivedBytes += bytes;
            options.Progress?.Invoke(ReceivedBytes, false);
        }
    }

    private FileListing Finish()
    {
        if (!_isAnnounced || _wanted.Count > 0)
        {
            throw new InvalidInputException("receiving files: the sender finished before everything was there");
        }

        foreach (var link in _hardLinks)
        {
            root.MakeHardLink(link.Linkname, link.Path);
        }

        // Children before parents: writing into a directory changes its time.
        foreach (var path in _touched.OrderByDescending(path => path, StringComparer.Ordinal))
        {
            if (_directories.TryGetValue(path, out var directory))
            {
                SetAttributes(directory);
            }
        }

        options.Progress?.Invoke(ReceivedBytes, true);
        return _listing;
    }

    private void SetAttributes(RootedDirectory own, Stat stat, SafeFileHandle file)
    {
        if (options.KeepOwners && (stat.Uid != 0 || stat.Gid != 0))
        {
            RootedDirectory.SetOwner(file, stat.Uid, stat.Gid);
        }

        // BuildKit sets the owner afterwards, with which the kernel takes a file's capabilities away.
        foreach (var (name, value) in stat.Xattrs.Where(pair => pair.Key != CapabilityAttribute))
        {
            SetXattr(own, stat.Path, name, value.Span);
        }

        RootedDirectory.SetMode(file, TransferModes.Permissions(stat));
        var time = FileTime.FromNanoseconds(stat.ModTime);
        RootedDirectory.SetTimes(file, time, time);
    }

    private void SetAttributes(Stat stat)
    {
        if (options.KeepOwners && (stat.Uid != 0 || stat.Gid != 0))
        {
            root.SetOwner(stat.Path, stat.Uid, stat.Gid);
        }

        if (!TransferModes.IsSymlink(stat))
        {
            root.SetMode(stat.Path, TransferModes.Permissions(stat));
        }

        var time = FileTime.FromNanoseconds(stat.ModTime);
        root.SetTimes(stat.Path, time, time);
    }

    private static void SetXattr(RootedDirectory own, string path, string name, ReadOnlySpan<byte> value)
    {
        try
        {
            own.SetXattr(path, name, value);
        }
        catch (LinuxException error) when (error.Errno is Errno.EOPNOTSUPP or Errno.EPERM)
        {
            // As fsutil: attributes that the file system or the user cannot have are left out.
        }
    }
}
