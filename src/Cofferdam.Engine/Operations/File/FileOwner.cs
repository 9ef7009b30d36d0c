using System.Globalization;
using Cofferdam.Linux;
using Cofferdam.Model;

namespace Cofferdam.Engine;

/// <summary>An owner and group as numbers.</summary>
/// <param name="Uid">The owner.</param>
/// <param name="Gid">The group.</param>
internal readonly record struct FileOwner(uint Uid, uint Gid)
{
    private const int MaxFileBytes = 8 << 20;

    /// <summary>The user of that name in a file system's passwd; null when there is none.</summary>
    public static FileOwner? FindUser(RootedDirectory root, string name)
    {
        var fields = Find(root, "etc/passwd", name, 4);
        return fields is not null && Number(fields[2]) is { } uid && Number(fields[3]) is { } gid ? new FileOwner(uid, gid) : null;
    }

    /// <summary>The group of that name in a file system's group file; null when there is none.</summary>
    public static uint? FindGroup(RootedDirectory root, string name) => Find(root, "etc/group", name, 3) is { } fields ? Number(fields[2]) : null;

    private static uint? Number(string text) => uint.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    private static string[]? Find(RootedDirectory root, string path, string name, int fieldCount)
    {
        var resolved = root.ResolvePath(path);
        if (!root.TryStat(resolved, out var stat) || !stat.IsRegular)
        {
            return null;
        }

        if (stat.Size > MaxFileBytes)
        {
            throw new InvalidInputException($"read {Quote.Text("/" + path)}: it is larger than {MaxFileBytes} bytes");
        }

        using var reader = new StreamReader(new FileStream(root.OpenRead(resolved), FileAccess.Read, 1));
        while (reader.ReadLine() is { } line)
        {
            var fields = line.Trim().Split(':');
            if (fields.Length >= fieldCount && fields[0] == name)
            {
                return fields;
            }
        }

        return null;
    }
}
