using Cofferdam.Linux;

namespace Cofferdam.Storage.Layers;

/// <summary>Writes whole directory trees, such as a mounted file system, as one plain tar.</summary>
public sealed class TreeTarWriter
{
    private readonly TarWriter _writer;

    /// <summary>Writes to a stream, which stays the caller's.</summary>
    public TreeTarWriter(Stream stream) => _writer = new TarWriter(stream);

    /// <summary>Writes all that is in a directory, the directory itself left out, sorted.</summary>
    /// <param name="path">The directory.</param>
    /// <param name="prefix">Put before every name, for example <c>linux_amd64/</c>; may be empty.</param>
    /// <param name="latestTime">Times later than this one are set to it; null leaves them.</param>
    /// <param name="layers">The layers of the file system that it is in, and where it is in it; null where it is a directory of its own.</param>
    /// <param name="cancellationToken">Stops it; what was written stays.</param>
    public async Task AddTreeAsync(string path, string prefix, DateTimeOffset? latestTime, (LayerHolders Holders, string Place)? layers, CancellationToken cancellationToken)
    {
        using var root = RootedDirectory.Open(path);
        if (prefix.Length > 0)
        {
            await AddDirectoriesAsync(root, prefix, latestTime, cancellationToken);
        }

        var options = new TreeArchiveOptions { Prefix = prefix, LatestTime = latestTime is { } latest ? FileTime.From(latest) : null, Layers = layers?.Holders, Place = layers?.Place ?? string.Empty };
        await new TreeArchiver(_writer, options).WriteAsync(root, cancellationToken);
    }

    /// <summary>Adds one file of bytes that are in memory, for example an attestation.</summary>
    public async Task AddFileAsync(string name, ReadOnlyMemory<byte> content, DateTimeOffset modified, CancellationToken cancellationToken)
    {
        var entry = new TarEntry { Name = name, Type = TarEntryType.Regular, Mode = 0x1a4, Size = content.Length, Modified = new FileTime(modified.ToUnixTimeSeconds(), 0) };
        await _writer.BeginAsync(entry, cancellationToken);
        await _writer.WriteAsync(content, cancellationToken);
    }

    /// <summary>Ends the archive; the stream is neither flushed nor disposed.</summary>
    public ValueTask FinishAsync(CancellationToken cancellationToken) => _writer.FinishAsync(cancellationToken);

    private async ValueTask AddDirectoriesAsync(RootedDirectory root, string prefix, DateTimeOffset? latestTime, CancellationToken cancellationToken)
    {
        var seconds = root.Stat("").Modified.Seconds;
        var modified = new FileTime(latestTime is { } latest ? Math.Min(seconds, latest.ToUnixTimeSeconds()) : seconds, 0);
        for (var slash = prefix.IndexOf('/'); slash >= 0; slash = prefix.IndexOf('/', slash + 1))
        {
            var entry = new TarEntry { Name = prefix[..(slash + 1)], Type = TarEntryType.Directory, Mode = 0x1ed, Modified = modified };
            await _writer.BeginAsync(entry, cancellationToken);
        }
    }
}
