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
    public static FileOwner? FindUser(RootedDirectory root, string name) =>
        Find(root, "etc/passwd", name) is { } fields ? new FileOwner(Number(fields, 2), Number(fields, 3)) : null;

    /// <summary>The group of that name in a file system's group file; null when there is none.</summary>
    public static uint? FindGroup(RootedDirectory root, string name) => Find(root, "etc/group", name) is { } fields ? Number(fields, 2) : null;

    // What is left out or no number is 0, as with BuildKit.
    private static uint Number(string[] fields, int index) =>
        index < fields.Length && uint.TryParse(fields[index], NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;

    private static string[]? Find(RootedDirectory root, string path, string name)
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
            if (fields[0] == name)
            {
                return fields;
            }
        }

        return null;
    }
}
