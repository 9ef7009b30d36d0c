using System.Globalization;
using System.Text;
using Cofferdam.Linux;
using Cofferdam.Protocol.FileTransfer;

namespace Cofferdam.Engine;

/// <summary>What is hashed before a file's data: a tar header without name and time, in the form that docker's tarsum of version 1 has (BuildKit cache/contenthash/tarsum.go).</summary>
internal static class FileHeader
{
    private const uint PermissionBits = 0xfff; // with setuid, setgid and sticky

    /// <summary>The header of an entry of a tree.</summary>
    public static byte[] Of(in FileStat stat, string link, IReadOnlyList<KeyValuePair<string, byte[]>> attributes) => Write(
        stat.IsSymlink ? PermissionsOfLink(stat.Mode) : stat.Mode & PermissionBits,
        stat.Uid,
        stat.Gid,
        stat.IsRegular ? stat.Size : 0,
        TypeFlag(stat.Type),
        link,
        stat.IsDevice ? (stat.RawDevice.Major, stat.RawDevice.Minor) : (0, 0),
        attributes);

    /// <summary>The header of a regular file that a client sends.</summary>
    public static byte[] OfFile(Stat stat) => Write(
        TransferModes.Permissions(stat),
        stat.Uid,
        stat.Gid,
        stat.Size,
        '0',
        string.Empty,
        (0, 0),
        [.. stat.Xattrs.Where(pair => Counts(pair.Key)).Select(pair => KeyValuePair.Create(pair.Key, pair.Value.ToByteArray()))]);

    /// <summary>Whether an extended attribute takes part: of security.* only capabilities, nothing of system.* and overlayfs's own.</summary>
    public static bool Counts(string attribute) => attribute == "security.capability"
        || (!attribute.StartsWith("security.", StringComparison.Ordinal) && !attribute.StartsWith("system.", StringComparison.Ordinal)
            && !attribute.StartsWith("trusted.overlay.", StringComparison.Ordinal) && !attribute.StartsWith("user.overlay.", StringComparison.Ordinal));

    private static byte[] Write(
        uint mode, uint uid, uint gid, long size, char type, string link, (uint Major, uint Minor) device, IReadOnlyList<KeyValuePair<string, byte[]>> attributes)
    {
        var text = string.Create(CultureInfo.InvariantCulture, $"namemode{mode}uid{uid}gid{gid}size{size}typeflag{type}linkname{link}unamegnamedevmajor{device.Major}devminor{device.Minor}");
        if (attributes.Count == 0)
        {
            return PathBytes.Encode(text);
        }

        using var header = new MemoryStream();
        header.Write(PathBytes.Encode(text));
        foreach (var (name, value) in attributes.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            header.Write(Encoding.UTF8.GetBytes(name));
            header.Write(value);
        }

        return header.ToArray();
    }

    private static uint PermissionsOfLink(uint mode) => (mode & PermissionBits) | 0x1ff;

    private static char TypeFlag(FileType type) => type switch
    {
        FileType.Directory => '5',
        FileType.Symlink => '2',
        FileType.CharacterDevice => '3',
        FileType.BlockDevice => '4',
        FileType.Fifo => '6',
        _ => '0',
    };
}
