using Cofferdam.Linux;
using Cofferdam.Model;

namespace Cofferdam.Storage.Layers;

/// <summary>Unpacks archives (plain, gzip, zstd) into a tree, as ADD does. Nothing is written outside of it.</summary>
public static class TarExtractor
{
    /// <summary>Whether a stream begins as a tar archive, compressed or not. Reads from its beginning; the caller seeks back.</summary>
    public static async Task<bool> IsArchiveAsync(Stream stream, CancellationToken cancellationToken)
    {
        try
        {
            await using var plain = await LayerDecoder.OpenAsync(stream, cancellationToken);
            return await new TarReader(plain).NextAsync(cancellationToken) is not null;
        }
        catch (InvalidInputException)
        {
            return false;
        }
        catch (Exception error) when (error is InvalidDataException or IOException or ZstdSharp.ZstdException)
        {
            return false;
        }
    }

    /// <summary>Unpacks an archive into a directory of a root, which is made when it is missing.</summary>
    /// <param name="archive">The archive; not disposed.</param>
    /// <param name="root">The root; its writable directory where it is a merged file system.</param>
    /// <param name="path">The directory, symlinks in it followed inside the root.</param>
    /// <param name="cancellationToken">Stops it; what was written stays.</param>
    public static async Task ExtractAsync(Stream archive, RootedDirectory root, string path, CancellationToken cancellationToken)
    {
        root.MakeDirectories(path);
        using var target = root.OpenRoot(path.Length == 0 ? "." : path);
        using var view = new MergedView(target, []);
        await ExtractAsync(archive, view, null, cancellationToken);
    }

    /// <summary>Unpacks an archive into the root of a merged view; <paramref name="owner"/>, when it is given, owns all of it.</summary>
    public static async Task ExtractAsync(Stream archive, MergedView view, (uint Uid, uint Gid)? owner, CancellationToken cancellationToken)
    {
        await using var plain = await LayerDecoder.OpenAsync(archive, cancellationToken);
        var reader = new TarReader(plain);
        var writer = new TarTreeWriter(view, isLayer: false, owner);
        while (await reader.NextAsync(cancellationToken) is { } entry)
        {
            CheckName(entry.Name);
            await writer.AddAsync(entry, reader, cancellationToken);
        }

        writer.Finish();
    }

    private static void CheckName(string name)
    {
        var depth = 0;
        foreach (var part in name.Split('/'))
        {
            depth += part switch { ".." => -1, "" or "." => 0, _ => 1 };
            if (depth < 0)
            {
                throw new InvalidInputException($"invalid entry name {Quote.Text(name)}") { Hint = "make the archive without names that leave it" };
            }
        }
    }
}
