using System.Text.Json;
using Cofferdam.Model;

namespace Cofferdam.Engine;

/// <summary>Reads configs of caches whose layers say themselves what they are.</summary>
internal static class CacheConfigReader
{
    /// <summary>All that comes; throws <see cref="InvalidInputException"/> where it is more than the limit.</summary>
    public static async Task<byte[]> ReadAsync(Stream content, int limit, CancellationToken cancellationToken)
    {
        using var read = new MemoryStream();
        var buffer = new byte[64 * 1024];
        while (await content.ReadAsync(buffer, cancellationToken) is > 0 and var count)
        {
            if (read.Length + count > limit)
            {
                throw new InvalidInputException($"the config of a cache is larger than {limit} bytes");
            }

            await read.WriteAsync(buffer.AsMemory(0, count), cancellationToken);
        }

        return read.ToArray();
    }

    /// <summary>The cache of a config; throws <see cref="JsonException"/>.</summary>
    public static FoundCache Parse(byte[] bytes, string origin)
    {
        var config = JsonSerializer.Deserialize(bytes, CacheJsonContext.Default.CacheConfig) ?? new CacheConfig();
        var layers = new Dictionary<Digest, Descriptor>();
        foreach (var layer in config.Layers ?? [])
        {
            if (layer.Annotations is { } said)
            {
                layers[layer.Blob] = new Descriptor
                {
                    MediaType = said.MediaType,
                    Digest = layer.Blob,
                    Size = said.Size,
                    Annotations = new Dictionary<string, string> { [CacheReader.DiffIdAnnotation] = said.DiffId.ToString() },
                };
            }
        }

        return new FoundCache(config, layers, origin);
    }
}
