namespace Cofferdam.Linux;

/// <summary>What the file system knows of a file.</summary>
public readonly record struct FileStat
{
    /// <summary>What it is.</summary>
    public FileType Type { get; init; }

    /// <summary>Permission bits with set-user, set-group and sticky (07777).</summary>
    public uint Mode { get; init; }

    /// <summary>The owner.</summary>
    public uint Uid { get; init; }

    /// <summary>The group.</summary>
    public uint Gid { get; init; }

    /// <summary>Length in bytes; of a symlink, its target's.</summary>
    public long Size { get; init; }

    /// <summary>Blocks of 512 bytes in use.</summary>
    public long Blocks { get; init; }

    /// <summary>When the content changed last.</summary>
    public FileTime Modified { get; init; }

    /// <summary>When the inode changed last.</summary>
    public FileTime Changed { get; init; }

    /// <summary>When the inode was made; when it changed last where the file system does not know.</summary>
    public FileTime Born { get; init; }

    /// <summary>How many names it has.</summary>
    public uint Links { get; init; }

    /// <summary>The inode.</summary>
    public ulong Inode { get; init; }

    /// <summary>The file system's device.</summary>
    public DeviceNumber Device { get; init; }

    /// <summary>The device that a device node stands for.</summary>
    public DeviceNumber RawDevice { get; init; }

    /// <summary>The mount it is reached by.</summary>
    public ulong MountId { get; init; }

    /// <summary>Whether it is a directory.</summary>
    public bool IsDirectory => Type == FileType.Directory;

    /// <summary>Whether it is a regular file.</summary>
    public bool IsRegular => Type == FileType.Regular;

    /// <summary>Whether it is a symbolic link.</summary>
    public bool IsSymlink => Type == FileType.Symlink;

    /// <summary>Whether it is a device node.</summary>
    public bool IsDevice => Type is FileType.CharacterDevice or FileType.BlockDevice;

    /// <summary>Whether it is overlayfs's mark of a removed file: the character device 0/0.</summary>
    public bool IsWhiteout => Type == FileType.CharacterDevice && RawDevice == default;
}
