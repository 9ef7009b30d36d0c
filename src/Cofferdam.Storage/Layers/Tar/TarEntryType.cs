namespace Cofferdam.Storage.Layers;

/// <summary>What an entry of a tar archive is; the values are the type flags of the format.</summary>
public enum TarEntryType
{
    /// <summary>A regular file.</summary>
    Regular = '0',

    /// <summary>Another name of an earlier file.</summary>
    HardLink = '1',

    /// <summary>A symbolic link.</summary>
    Symlink = '2',

    /// <summary>A character device.</summary>
    CharacterDevice = '3',

    /// <summary>A block device.</summary>
    BlockDevice = '4',

    /// <summary>A directory.</summary>
    Directory = '5',

    /// <summary>A named pipe.</summary>
    Fifo = '6',

    /// <summary>Records that hold for what follows; carries no file.</summary>
    GlobalHeader = 'g',
}
