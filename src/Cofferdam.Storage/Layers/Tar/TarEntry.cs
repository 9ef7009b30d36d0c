using Cofferdam.Linux;

namespace Cofferdam.Storage.Layers;

/// <summary>The header of a file in a tar archive. Names are in the form of <see cref="PathBytes"/>.</summary>
public sealed record TarEntry
{
    /// <summary>The path as the archive has it; may be hostile.</summary>
    public required string Name { get; init; }

    /// <summary>What it is.</summary>
    public required TarEntryType Type { get; init; }

    /// <summary>The target of a symbolic link, or the path in the archive of what a hard link names; else empty.</summary>
    public string LinkName { get; init; } = "";

    /// <summary>Permission bits with set-user, set-group and sticky (07777).</summary>
    public uint Mode { get; init; }

    /// <summary>The owner.</summary>
    public uint Uid { get; init; }

    /// <summary>The group.</summary>
    public uint Gid { get; init; }

    /// <summary>Length of a regular file, holes included.</summary>
    public long Size { get; init; }

    /// <summary>When the content changed last.</summary>
    public FileTime Modified { get; init; }

    /// <summary>The number of a device.</summary>
    public DeviceNumber Device { get; init; }

    /// <summary>Extended attributes, sorted by name.</summary>
    public IReadOnlyList<KeyValuePair<string, byte[]>> Xattrs { get; init; } = [];

    /// <summary>The pieces of a sparse file that the archive has bytes of, in order; null when it is not sparse.</summary>
    public IReadOnlyList<(long Offset, long Length)>? Data { get; init; }

    /// <summary>The path without needless parts, relative to the root: no <c>.</c>, no empty names, and <c>..</c> goes no higher than the root. Empty for the root.</summary>
    public string CleanName => Clean(Name);

    /// <summary>A path as <see cref="CleanName"/> has it.</summary>
    public static string Clean(string path)
    {
        if (IsClean(path))
        {
            return path.EndsWith('/') ? path[..^1] : path;
        }

        var parts = new List<string>();
        foreach (var part in path.Split('/'))
        {
            if (part == "..")
            {
                if (parts.Count > 0)
                {
                    parts.RemoveAt(parts.Count - 1);
                }
            }
            else if (part is not ("" or "."))
            {
                parts.Add(part);
            }
        }

        return string.Join('/', parts);
    }

    // True for the names nearly every archive has: no slash first or doubled, no name that begins with a dot after a slash.
    private static bool IsClean(string path) => path.Length > 0 && path[0] is not ('/' or '.') && !path.Contains("//") && !path.Contains("/.");
}
