using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Cofferdam.Model;
using Cofferdam.Storage;
using Cofferdam.Storage.Layers;

namespace Cofferdam.Engine;

/// <summary>Writes images as a tar: an OCI layout, and what <c>docker load</c> reads besides.</summary>
internal static class ImageArchive
{
    private const string Layout = """{"imageLayoutVersion":"1.0.0"}""";

    /// <summary>Writes the archive; the blobs come from the content store, each once.</summary>
    public static async Task WriteAsync(Stream stream, ImmutableArray<ArchivedImage> images, bool withDockerManifest, IContentStore content, CancellationToken cancellationToken)
    {
        var writer = new TarWriter(stream);
        await WriteDirectoryAsync(writer, "blobs/", cancellationToken);
        await WriteDirectoryAsync(writer, "blobs/sha256/", cancellationToken);
        var dockerManifests = new JsonArray();
        var blobs = new SortedDictionary<string, Descriptor>(StringComparer.Ordinal);
        foreach (var image in images)
        {
            await CollectAsync(image.Root, blobs, content, cancellationToken);
            var described = image.Manifest ?? (MediaTypes.IsIndex(image.Root.MediaType) ? null : image.Root);
            if (withDockerManifest && described is not null)
            {
                dockerManifests.Add((JsonNode)await DescribeAsync(described, image.Names, content, cancellationToken));
            }
        }

        foreach (var blob in blobs.Values)
        {
            await using var source = await content.OpenReadAsync(blob.Digest, cancellationToken);
            await writer.BeginAsync(File(BlobPath(blob.Digest), source.Length), cancellationToken);
            var buffer = new byte[256 * 1024];
            int read;
            while ((read = await source.ReadAsync(buffer, cancellationToken)) > 0)
            {
                await writer.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
            }
        }

        await WriteFileAsync(writer, "index.json", ImageJson.Write(Index(images)), cancellationToken);
        if (withDockerManifest)
        {
            await WriteFileAsync(writer, "manifest.json", System.Text.Encoding.UTF8.GetBytes(dockerManifests.ToJsonString()), cancellationToken);
        }

        await WriteFileAsync(writer, "oci-layout", System.Text.Encoding.UTF8.GetBytes(Layout), cancellationToken);
        await writer.FinishAsync(cancellationToken);
    }

    /// <summary>Everything an image consists of, by digest.</summary>
    public static async Task CollectAsync(Descriptor root, IDictionary<string, Descriptor> blobs, IContentStore content, CancellationToken cancellationToken)
    {
        if (!blobs.TryAdd(root.Digest.ToString(), root))
        {
            return;
        }

        IEnumerable<Descriptor> children = [];
        if (MediaTypes.IsIndex(root.MediaType))
        {
            children = ImageJson.ReadIndex(await ReadAsync(root, content, cancellationToken)).Manifests;
        }
        else if (MediaTypes.IsManifest(root.MediaType))
        {
            var manifest = ImageJson.ReadManifest(await ReadAsync(root, content, cancellationToken));
            children = manifest.Layers.Prepend(manifest.Config);
        }

        foreach (var child in children)
        {
            // An index pulled for one platform names manifests that are not here.
            if (await content.FindAsync(child.Digest, cancellationToken) is not null)
            {
                await CollectAsync(child, blobs, content, cancellationToken);
            }
        }
    }

    /// <summary>A manifest, index or config out of the content store.</summary>
    public static async Task<byte[]> ReadAsync(Descriptor descriptor, IContentStore content, CancellationToken cancellationToken)
    {
        await using var stream = await content.OpenReadAsync(descriptor.Digest, cancellationToken);
        if (stream.Length > Limits.ConfigBytes)
        {
            throw new InvalidInputException($"{descriptor.Digest} has {stream.Length} bytes, more than the {Limits.ConfigBytes} that are allowed");
        }

        var bytes = new byte[stream.Length];
        await stream.ReadExactlyAsync(bytes, cancellationToken);
        return bytes;
    }

    private static ImageIndex Index(ImmutableArray<ArchivedImage> images) => new()
    {
        MediaType = MediaTypes.OciIndex,
        Manifests = [.. images.SelectMany(image => image.Names.IsEmpty ? [image.Root] : image.Names.Select(name => Named(image.Root, name)))],
    };

    private static Descriptor Named(Descriptor root, string name)
    {
        var annotations = new SortedDictionary<string, string>(root.Annotations?.ToDictionary() ?? [], StringComparer.Ordinal) { ["io.containerd.image.name"] = name };
        if (ImageReference.TryParse(name, out var reference) && reference.Tag is { } tag)
        {
            annotations["org.opencontainers.image.ref.name"] = tag;
        }

        return root with { Annotations = annotations };
    }

    private static async Task<JsonObject> DescribeAsync(Descriptor root, ImmutableArray<string> names, IContentStore content, CancellationToken cancellationToken)
    {
        var manifest = ImageJson.ReadManifest(await ReadAsync(root, content, cancellationToken));
        return new JsonObject
        {
            ["Config"] = BlobPath(manifest.Config.Digest),
            ["RepoTags"] = new JsonArray([.. names.Select(name => (JsonNode)ImageReference.Parse(name).Familiar)]),
            ["Layers"] = new JsonArray([.. manifest.Layers.Select(layer => (JsonNode)BlobPath(layer.Digest))]),
        };
    }

    private static string BlobPath(Digest digest) => $"blobs/{digest.Algorithm}/{digest.Hex}";

    private static TarEntry File(string name, long size) => new() { Name = name, Type = TarEntryType.Regular, Mode = 0x124 /* 0444 */, Size = size };

    private static ValueTask WriteDirectoryAsync(TarWriter writer, string name, CancellationToken cancellationToken) =>
        writer.BeginAsync(new TarEntry { Name = name, Type = TarEntryType.Directory, Mode = 0x1ed /* 0755 */ }, cancellationToken);

    private static async Task WriteFileAsync(TarWriter writer, string name, byte[] content, CancellationToken cancellationToken)
    {
        await writer.BeginAsync(File(name, content.Length), cancellationToken);
        await writer.WriteAsync(content, cancellationToken);
    }
}
