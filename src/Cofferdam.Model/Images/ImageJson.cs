using System.Text.Json;
using System.Text.Json.Nodes;

namespace Cofferdam.Model;

/// <summary>Reads and writes image parts as JSON, byte for byte as BuildKit writes them, since their digests depend on it.</summary>
public static class ImageJson
{
    // Go's encoding/json escapes < > & and U+2028/9 and leaves the rest as it is.
    private static readonly ImageJsonContext Compact = new(new JsonSerializerOptions(ImageJsonContext.Default.Options) { Encoder = GoJsonEncoder.Instance });

    private static readonly ImageJsonContext Indented = new(
        new JsonSerializerOptions(ImageJsonContext.Default.Options) { Encoder = GoJsonEncoder.Instance, WriteIndented = true, NewLine = "\n" });

    /// <summary>Reads a manifest; throws <see cref="InvalidInputException"/> when it is none.</summary>
    public static ImageManifest ReadManifest(ReadOnlySpan<byte> json) => Read(json, Compact.ImageManifest, "image manifest");

    /// <summary>Reads an index; throws <see cref="InvalidInputException"/> when it is none.</summary>
    public static ImageIndex ReadIndex(ReadOnlySpan<byte> json) => Read(json, Compact.ImageIndex, "image index");

    /// <summary>Reads a config; throws <see cref="InvalidInputException"/> when it is none.</summary>
    public static ImageConfig ReadConfig(ReadOnlySpan<byte> json) => Read(json, Compact.ImageConfig, "image config");

    /// <summary>Reads a descriptor; throws <see cref="InvalidInputException"/> when it is none.</summary>
    public static Descriptor ReadDescriptor(ReadOnlySpan<byte> json) => Read(json, Compact.Descriptor, "descriptor");

    /// <summary>Writes a manifest: indented by two, members in Go's order.</summary>
    public static byte[] Write(ImageManifest manifest) => JsonSerializer.SerializeToUtf8Bytes(manifest, Indented.ImageManifest);

    /// <summary>Writes an index: indented by two, members in Go's order.</summary>
    public static byte[] Write(ImageIndex index) => JsonSerializer.SerializeToUtf8Bytes(index, Indented.ImageIndex);

    /// <summary>Writes a descriptor compactly.</summary>
    public static byte[] Write(Descriptor descriptor) => JsonSerializer.SerializeToUtf8Bytes(descriptor, Compact.Descriptor);

    /// <summary>Writes a config compactly with its top-level members in alphabetical order, as BuildKit's patched configs have them.</summary>
    public static byte[] Write(ImageConfig config)
    {
        var node = JsonSerializer.SerializeToNode(config, Compact.ImageConfig)!.AsObject();
        var sorted = new JsonObject(node.OrderBy(member => member.Key, StringComparer.Ordinal)
            .Select(member => KeyValuePair.Create(member.Key, member.Value?.DeepClone())));
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = GoJsonEncoder.Instance }))
        {
            sorted.WriteTo(writer, Compact.Options);
        }

        return buffer.ToArray();
    }

    private static T Read<T>(ReadOnlySpan<byte> json, System.Text.Json.Serialization.Metadata.JsonTypeInfo<T> type, string what)
        where T : class
    {
        try
        {
            return JsonSerializer.Deserialize(json, type) ?? throw new InvalidInputException($"invalid {what}: it is null");
        }
        catch (JsonException error)
        {
            throw new InvalidInputException($"invalid {what}: {error.Message}", error);
        }
    }
}
