using Cofferdam.Linux;
using Cofferdam.Model;
using Microsoft.Win32.SafeHandles;

namespace Cofferdam.Storage.Layers;

/// <summary>Writes the entries of an archive into an upper directory. Nothing leaves it, whatever names and links say.</summary>
/// <param name="view">The upper directory and what is below it.</param>
/// <param name="isLayer">Whether the names of OCI whiteouts are marks, not files.</param>
/// <param name="owner">Owns every entry; null leaves the archive's owners.</param>
internal sealed class TarTreeWriter(MergedView view, bool isLayer, (uint Uid, uint Gid)? owner = null)
{
    private const int BufferBytes = 256 * 1024;
    private const uint DirectoryMode = 0x1c0; // 0700 until the entry's own is set

    private readonly byte[] _buffer = new byte[BufferBytes];
    private readonly List<(string Path, FileTime Modified)> _directoryTimes = [];
    private string? _lastDirectory;
    private string _lastResolved = "";

    private RootedDirectory Upper => view.Upper;

    /// <summary>Writes one entry; the content is read from <paramref name="reader"/>.</summary>
    internal async ValueTask AddAsync(TarEntry entry, TarReader reader, CancellationToken cancellationToken)
    {
        var clean = entry.CleanName;
        if (clean.Length == 0)
        {
            return;
        }

        var directory = Resolve(MergedView.Parent(clean));
        var name = clean[(clean.LastIndexOf('/') + 1)..];
        BringUp(directory);
        if (isLayer && name.StartsWith(OverlayMarks.WhiteoutPrefix, StringComparison.Ordinal))
        {
            AddMark(directory, name);
            return;
        }

        var path = MergedView.Join(directory, name);
        if (entry.Type == TarEntryType.Regular)
        {
            await AddFileAsync(path, entry, reader, cancellationToken);
        }
        else if (entry.Type == TarEntryType.HardLink)
        {
            AddHardLink(path, entry);
        }
        else if (Make(path, entry))
        {
            SetAttributes(path, entry);
        }
    }

    /// <summary>Sets the times of directories, which writing in them changed.</summary>
    internal void Finish()
    {
        for (var i = _directoryTimes.Count - 1; i >= 0; i--)
        {
            var (path, modified) = _directoryTimes[i];
            if (Upper.TryStat(path, out var stat) && stat.IsDirectory)
            {
                Upper.SetTimes(path, modified, modified);
            }
        }
    }

    private string Resolve(string directory)
    {
        if (_lastDirectory != directory)
        {
            _lastResolved = view.ResolvePath(directory);
            _lastDirectory = directory;
        }

        return _lastResolved;
    }

    private void BringUp(string directory)
    {
        foreach (var (path, modified) in view.BringUpDirectory(directory))
        {
            if (modified is { } time)
            {
                _directoryTimes.Add((path, time));
            }
        }
    }

    private void AddMark(string directory, string name)
    {
        if (name == OverlayMarks.OpaqueName)
        {
            OverlayMarks.SetOpaque(Upper, directory);
            view.Forget();
            return;
        }

        if (name.StartsWith(OverlayMarks.MetadataPrefix, StringComparison.Ordinal))
        {
            return;
        }

        var hidden = name[OverlayMarks.WhiteoutPrefix.Length..];
        if (hidden is "" or "." or "..")
        {
            throw new InvalidInputException($"unpack a layer: {Quote.Text(name)} is no name of a whiteout");
        }

        // A whiteout hides only what lower layers have (OCI image-spec, layer.md#whiteouts): what this layer wrote before stays.
        var path = MergedView.Join(directory, hidden);
        if (!Upper.TryStat(path, out var stat))
        {
            Upper.MakeNode(path, FileType.CharacterDevice, 0, default);
        }
        else if (stat.IsDirectory)
        {
            OverlayMarks.SetOpaque(Upper, path);
        }

        Forget();
    }

    private async ValueTask AddFileAsync(string path, TarEntry entry, TarReader reader, CancellationToken cancellationToken)
    {
        using var file = Create(path);
        if (entry.Data is null)
        {
            await CopyAsync(file, 0, entry.Size, reader, cancellationToken);
        }
        else
        {
            foreach (var (offset, length) in entry.Data)
            {
                await CopyAsync(file, offset, length, reader, cancellationToken);
            }

            SparseMap.SetLength(file, entry.Size);
        }

        var (uid, gid) = owner ?? (entry.Uid, entry.Gid);
        RootedDirectory.SetOwner(file, uid, gid);
        SetXattrs(path, entry);
        RootedDirectory.SetMode(file, entry.Mode);
        RootedDirectory.SetTimes(file, entry.Modified, entry.Modified);
    }

    private SafeFileHandle Create(string path)
    {
        try
        {
            return Upper.CreateFile(path, 0x180);
        }
        catch (LinuxException error) when (error.Errno == Errno.EEXIST)
        {
            Remove(path);
            return Upper.CreateFile(path, 0x180);
        }
    }

    private async ValueTask CopyAsync(SafeFileHandle file, long offset, long length, TarReader reader, CancellationToken cancellationToken)
    {
        while (length > 0)
        {
            var read = await reader.ReadAsync(_buffer.AsMemory(0, (int)Math.Min(length, BufferBytes)), cancellationToken);
            RandomAccess.Write(file, _buffer.AsSpan(0, read), offset);
            offset += read;
            length -= read;
        }
    }

    private void AddHardLink(string path, TarEntry entry)
    {
        var target = TarEntry.Clean(entry.LinkName);
        var existing = MergedView.Join(view.ResolvePath(MergedView.Parent(target)), target[(target.LastIndexOf('/') + 1)..]);
        if (!view.TryStat(existing, out var stat) || stat.IsDirectory)
        {
            throw new InvalidInputException($"unpack {Quote.Text(entry.Name)}: it is a hard link to {Quote.Text(entry.LinkName)}, which is no file of the archive");
        }

        if (existing == path)
        {
            return;
        }

        view.BringUpFile(existing);
        if (Upper.Exists(path))
        {
            Remove(path);
        }

        Upper.MakeHardLink(existing, path);
    }

    /// <summary>Makes an entry that has no content; false when it is left out.</summary>
    private bool Make(string path, TarEntry entry)
    {
        if (entry.Type == TarEntryType.Directory)
        {
            MakeDirectory(path);
            _directoryTimes.Add((path, entry.Modified));
            return true;
        }

        if (Upper.Exists(path))
        {
            Remove(path);
        }

        switch (entry.Type)
        {
            case TarEntryType.Symlink:
                Upper.MakeSymlink(entry.LinkName, path);
                Forget();
                return true;
            case TarEntryType.Fifo:
                Upper.MakeNode(path, FileType.Fifo, entry.Mode, default);
                return true;
            default:
                return MakeDevice(path, entry);
        }
    }

    private bool MakeDevice(string path, TarEntry entry)
    {
        var type = entry.Type == TarEntryType.BlockDevice ? FileType.BlockDevice : FileType.CharacterDevice;
        if (type == FileType.CharacterDevice && entry.Device == default)
        {
            throw new InvalidInputException($"unpack {Quote.Text(entry.Name)}: the device 0/0 marks removed files and cannot be one");
        }

        try
        {
            Upper.MakeNode(path, type, entry.Mode, entry.Device);
            return true;
        }
        catch (LinuxException error) when (error.Errno == Errno.EPERM)
        {
            // No device can be made in a user namespace; containerd leaves them out as well.
            return false;
        }
    }

    private void MakeDirectory(string path)
    {
        if (Upper.TryMakeDirectory(path, DirectoryMode))
        {
            view.Forget();
            return;
        }

        if (Upper.Stat(path).IsDirectory)
        {
            return;
        }

        // What stood here hid the lower layers; the directory must go on to.
        Remove(path);
        Upper.MakeDirectory(path, DirectoryMode);
        if (isLayer || view.HasBelow)
        {
            OverlayMarks.SetOpaque(Upper, path);
        }
    }

    private void Remove(string path)
    {
        Upper.RemoveTree(path);
        Forget();
    }

    private void Forget()
    {
        view.Forget();
        _lastDirectory = null;
    }

    private void SetAttributes(string path, TarEntry entry)
    {
        var (uid, gid) = owner ?? (entry.Uid, entry.Gid);
        Upper.SetOwner(path, uid, gid);
        SetXattrs(path, entry);
        if (entry.Type != TarEntryType.Symlink)
        {
            Upper.SetMode(path, entry.Mode);
        }

        if (entry.Type != TarEntryType.Directory)
        {
            Upper.SetTimes(path, entry.Modified, entry.Modified);
        }
    }

    private void SetXattrs(string path, TarEntry entry)
    {
        foreach (var (attribute, value) in entry.Xattrs)
        {
            XattrWriter.Set(Upper, path, attribute, value);
        }
    }
}
