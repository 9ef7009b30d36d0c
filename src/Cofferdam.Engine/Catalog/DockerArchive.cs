using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Text.Json;
using Cofferdam.Model;
using Cofferdam.Storage;
using Cofferdam.Storage.Layers;

namespace Cofferdam.Engine;

/// <summary>An archive in docker's older form: a manifest.json, which may come last, names configs and the tars of layers by their paths.</summary>
internal sealed class DockerArchive(IContentStore content)
{
    private const int MaxTexts = 1024;

    private readonly Dictionary<string, byte[]> _texts = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Descriptor> _layers = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _links = new(StringComparer.Ordinal);

    /// <summary>Whether the archive is of this form, as far as it was read.</summary>
    public bool IsComplete => _texts.ContainsKey("manifest.json");

    /// <summary>Takes what may belong to an image: JSON, tars, and links to tars.</summary>
    public async Task AddAsync(TarReader reader, TarEntry entry, CancellationToken cancellationToken)
    {
        var name = entry.CleanName;
        if (entry.Type is TarEntryType.Symlink or TarEntryType.HardLink)
        {
            var directory = entry.Type == TarEntryType.Symlink ? name[..(name.LastIndexOf('/') + 1)] : string.Empty;
            _links[name] = TarEntry.Clean(directory + entry.LinkName);
        }
        else if (entry.Type == TarEntryType.Regular && name.EndsWith(".tar", StringComparison.Ordinal))
        {
            _layers[name] = await StoreLayerAsync(reader, cancellationToken);
        }
        else if (entry.Type == TarEntryType.Regular && name.EndsWith(".json", StringComparison.Ordinal) && entry.Size <= Limits.ConfigBytes && _texts.Count < MaxTexts)
        {
            _texts[name] = await ImageLoader.ReadAsync(reader, entry.Size, cancellationToken);
        }
    }

    /// <summary>The images, as manifests that are in the store now, with their names.</summary>
    public async Task<ImmutableArray<(ImmutableArray<string> Names, Descriptor Root)>> FinishAsync(CancellationToken cancellationToken)
    {
        var images = ImmutableArray.CreateBuilder<(ImmutableArray<string> Names, Descriptor Root)>();
        foreach (var (config, names, layers) in ReadManifest())
        {
            var found = layers.Select(Find).ToImmutableArray();
            var text = _texts.GetValueOrDefault(config) ?? throw Missing(config);
            var count = ImageJson.ReadConfig(text).RootFs.DiffIds.Count;
            if (count != found.Length)
            {
                throw new InvalidInputException($"loading images: {Quote.Text(config)} tells of {count} layers, manifest.json of {found.Length}");
            }

            var manifest = new ImageManifest { MediaType = MediaTypes.OciManifest, Config = await StoreAsync(text, MediaTypes.OciConfig, cancellationToken), Layers = found };
            images.Add((names, await StoreAsync(ImageJson.Write(manifest), MediaTypes.OciManifest, cancellationToken)));
        }

        return images.ToImmutable();
    }

    private List<(string Config, ImmutableArray<string> Names, ImmutableArray<string> Layers)> ReadManifest()
    {
        try
        {
            using var document = JsonDocument.Parse(_texts["manifest.json"]);
            return [.. document.RootElement.EnumerateArray().Select(image => (TarEntry.Clean(image.GetProperty("Config").GetString()!), Texts(image, "RepoTags"), Texts(image, "Layers")))];
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException or KeyNotFoundException)
        {
            throw new InvalidInputException("loading images: manifest.json is not what docker writes", error);
        }
    }

    private static ImmutableArray<string> Texts(JsonElement image, string name) =>
        image.TryGetProperty(name, out var list) && list.ValueKind == JsonValueKind.Array ? [.. list.EnumerateArray().Select(item => item.GetString()!)] : [];

    private Descriptor Find(string layer)
    {
        var path = TarEntry.Clean(layer);
        for (var steps = 0; steps < 16 && _links.TryGetValue(path, out var target); steps++)
        {
            path = target;
        }

        return _layers.GetValueOrDefault(path) ?? throw Missing(layer);
    }

    private async Task<Descriptor> StoreLayerAsync(TarReader reader, CancellationToken cancellationToken)
    {
        await using var writer = await content.OpenWriteAsync("load-" + Guid.NewGuid().ToString("N"), null, cancellationToken);
        var buffer = new byte[256 * 1024];
        var mediaType = MediaTypes.OciLayer;
        for (var isFirst = true; await reader.ReadAsync(buffer, cancellationToken) is > 0 and var read; isFirst = false)
        {
            mediaType = isFirst ? TypeOf(buffer.AsSpan(0, read)) : mediaType;
            await writer.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
        }

        return Describe(await writer.CommitAsync(cancellationToken), mediaType);
    }

    private static string TypeOf(ReadOnlySpan<byte> start) =>
        start is [0x1f, 0x8b, ..] ? MediaTypes.OciLayerGzip
        : start.Length >= 4 && BinaryPrimitives.ReadUInt32LittleEndian(start) == 0xfd2fb528 ? MediaTypes.OciLayerZstd
        : MediaTypes.OciLayer;

    private async Task<Descriptor> StoreAsync(byte[] bytes, string mediaType, CancellationToken cancellationToken)
    {
        var digest = Digest.Of(bytes);
        await using var writer = await content.OpenWriteAsync("load-" + digest.Hex, digest, cancellationToken);
        await writer.ResetAsync(cancellationToken);
        await writer.WriteAsync(bytes, cancellationToken);
        return Describe(await writer.CommitAsync(cancellationToken), mediaType);
    }

    private static Descriptor Describe(ContentInfo blob, string mediaType) => new() { MediaType = mediaType, Digest = blob.Digest, Size = blob.Size };

    private static InvalidInputException Missing(string path) => new($"loading images: the archive names {Quote.Text(path)} and does not hold it");
}
