namespace Cofferdam.Linux;

/// <summary>What a file is; the values are the type bits of <c>st_mode</c>.</summary>
public enum FileType
{
    /// <summary>Not known.</summary>
    Unknown = 0,

    /// <summary>A named pipe.</summary>
    Fifo = 0x1000,

    /// <summary>A character device.</summary>
    CharacterDevice = 0x2000,

    /// <summary>A directory.</summary>
    Directory = 0x4000,

    /// <summary>A block device.</summary>
    BlockDevice = 0x6000,

    /// <summary>A regular file.</summary>
    Regular = 0x8000,

    /// <summary>A symbolic link.</summary>
    Symlink = 0xa000,

    /// <summary>A socket.</summary>
    Socket = 0xc000,
}
