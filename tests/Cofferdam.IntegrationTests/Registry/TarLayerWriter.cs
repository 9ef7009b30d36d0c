using System.Formats.Tar;
using System.IO.Compression;
using Cofferdam.Model;
using Cofferdam.Storage;

namespace Cofferdam.IntegrationTests.Registry;

/// <summary>Layers of plain files, packed and unpacked by the runtime's own tar.</summary>
internal sealed class TarLayerWriter(ISnapshotter snapshotter) : ILayerWriter
{
    internal static (byte[] Blob, Digest DiffId) Pack(params (string Path, string Content)[] files)
    {
        using var plain = new MemoryStream();
        using (var tar = new TarWriter(plain, leaveOpen: true))
        {
            foreach (var (path, content) in files)
            {
                tar.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, path) { DataStream = new MemoryStream(System.Text.Encoding.UTF8.GetBytes(content)) });
            }
        }

        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true))
        {
            gzip.Write(plain.ToArray());
        }

        return (packed.ToArray(), Digest.Of(plain.ToArray()));
    }

    public async Task<(LayerId Layer, Digest DiffId)> ApplyAsync(Snapshot parent, Stream blob, Digest? diffId, LayerId? name, CancellationToken cancellationToken)
    {
        await using var layer = await snapshotter.PrepareAsync(parent, cancellationToken);
        using var plain = new MemoryStream();
        await using (var gzip = new GZipStream(blob, CompressionMode.Decompress, leaveOpen: true))
        {
            await gzip.CopyToAsync(plain, cancellationToken);
        }

        var actual = Digest.Of(plain.ToArray());
        if (diffId is { } expected && actual != expected)
        {
            throw new DigestMismatchException("layer", expected, actual);
        }

        plain.Position = 0;
        await TarFile.ExtractToDirectoryAsync(plain, layer.UpperPath, overwriteFiles: true, cancellationToken);
        return (await layer.CommitAsync(name, cancellationToken), actual);
    }

    public Task<LayerBlob> WriteAsync(LayerId layer, LayerOptions options, CancellationToken cancellationToken) => throw new NotSupportedException();
}
