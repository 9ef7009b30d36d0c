using System.Text.Json;
using System.Text.Json.Nodes;
using Cofferdam.Model;
using Cofferdam.Storage;

namespace Cofferdam.Engine;

/// <summary>Manifests and other small parts of images as bytes.</summary>
internal static class ManifestContent
{
    /// <summary>The descriptor of a manifest or index whose media type is known by what it holds only.</summary>
    internal static Descriptor Describe(byte[] content, Digest digest)
    {
        JsonObject? root;
        try
        {
            root = JsonNode.Parse(content) as JsonObject;
        }
        catch (JsonException error)
        {
            throw new InvalidInputException($"{digest} is no image manifest: it is no JSON", error);
        }

        var named = root?["mediaType"] is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;
        var type = named ?? (root?["manifests"] is not null ? MediaTypes.OciIndex : root?["config"] is not null ? MediaTypes.OciManifest : null);
        return new Descriptor { MediaType = type ?? throw new InvalidInputException($"{digest} is no image manifest"), Digest = digest, Size = content.Length };
    }

    /// <summary>A small blob of the content store; null when it is not there.</summary>
    internal static async ValueTask<byte[]?> ReadAsync(IContentStore content, Digest digest, int limit, CancellationToken cancellationToken)
    {
        if (await content.FindAsync(digest, cancellationToken) is not { } info)
        {
            return null;
        }

        if (info.Size > limit)
        {
            throw new InvalidInputException($"{digest} has {info.Size} bytes, more than {limit}");
        }

        try
        {
            await using var stream = await content.OpenReadAsync(digest, cancellationToken);
            var bytes = new byte[info.Size];
            await stream.ReadExactlyAsync(bytes, cancellationToken);
            return bytes;
        }
        catch (NotFoundException)
        {
            return null; // collected just now
        }
    }

    /// <summary>Keeps a small blob.</summary>
    internal static async ValueTask WriteAsync(IContentStore content, Digest digest, ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        await using var writer = await content.OpenWriteAsync("part-" + digest.Hex, digest, cancellationToken);
        if (writer.Offset > 0)
        {
            await writer.ResetAsync(cancellationToken);
        }

        await writer.WriteAsync(bytes, cancellationToken);
        await writer.CommitAsync(cancellationToken);
    }
}
