using System.Collections.Immutable;
using Cofferdam.Model;
using Cofferdam.Storage;
using Cofferdam.Storage.Layers;

namespace Cofferdam.Engine;

/// <summary>Takes images out of a tar, as <c>docker save</c> and OCI layouts have them, into the store.</summary>
internal sealed class ImageLoader(IContentStore content, ImageTable images)
{
    /// <summary>Reads the archive to its end. What is no blob and no description of images is passed over.</summary>
    public async Task<ImmutableArray<(string? Name, Descriptor Root)>> LoadAsync(Stream archive, CancellationToken cancellationToken)
    {
        byte[]? index = null;
        var hasLayout = false;
        var reader = new TarReader(archive);
        var older = new DockerArchive(content);
        while (await reader.NextAsync(cancellationToken) is { } entry)
        {
            var name = entry.CleanName;
            if (entry.Type == TarEntryType.Regular && name.StartsWith("blobs/sha256/", StringComparison.Ordinal) && Digest.TryParse("sha256:" + name["blobs/sha256/".Length..], out var digest))
            {
                await StoreAsync(reader, digest, cancellationToken);
            }
            else if (entry.Type == TarEntryType.Regular && name is "index.json" or "oci-layout")
            {
                var bytes = await ReadAsync(reader, entry.Size, cancellationToken);
                index = name == "index.json" ? bytes : index;
                hasLayout |= name == "oci-layout";
            }
            else
            {
                await older.AddAsync(reader, entry, cancellationToken);
            }
        }

        if (index is not null && hasLayout)
        {
            return await RecordAsync(ImageJson.ReadIndex(index), cancellationToken);
        }

        return older.IsComplete
            ? await RecordAsync(await older.FinishAsync(cancellationToken), cancellationToken)
            : throw new InvalidInputException("loading images: the archive holds neither an OCI layout (oci-layout and index.json) nor docker's manifest.json");
    }

    private async Task<ImmutableArray<(string? Name, Descriptor Root)>> RecordAsync(ImmutableArray<(ImmutableArray<string> Names, Descriptor Root)> found, CancellationToken cancellationToken)
    {
        var loaded = ImmutableArray.CreateBuilder<(string? Name, Descriptor Root)>();
        foreach (var (names, root) in found)
        {
            var full = names.Select(name => ImageReference.Parse(name).WithDefaultTag().ToString()).Cast<string?>().ToList();
            foreach (var name in full.Count > 0 ? full : [null])
            {
                await images.PutAsync(name ?? root.Digest.ToString(), root, cancellationToken);
                loaded.Add((name, root));
            }
        }

        return loaded.ToImmutable();
    }

    private async Task<ImmutableArray<(string? Name, Descriptor Root)>> RecordAsync(ImageIndex index, CancellationToken cancellationToken)
    {
        var loaded = ImmutableArray.CreateBuilder<(string? Name, Descriptor Root)>();
        foreach (var root in index.Manifests)
        {
            if (await content.FindAsync(root.Digest, cancellationToken) is null)
            {
                throw new InvalidInputException($"loading images: the archive names {root.Digest} and does not hold it");
            }

            // Docker and containerd tell the whole name, skopeo and podman put it where the format has a tag.
            var name = root.Annotations?.GetValueOrDefault("io.containerd.image.name")
                ?? (root.Annotations?.GetValueOrDefault("org.opencontainers.image.ref.name") is { } given && given.AsSpan().IndexOfAny(':', '/') > 0 ? given : null);
            var full = name is not null && ImageReference.TryParse(name, out var reference) ? reference.WithDefaultTag().ToString() : null;
            await images.PutAsync(full ?? root.Digest.ToString(), root with { Annotations = null, Platform = null }, cancellationToken);
            loaded.Add((full, root));
        }

        return loaded.ToImmutable();
    }

    private async Task StoreAsync(TarReader reader, Digest digest, CancellationToken cancellationToken)
    {
        if (await content.FindAsync(digest, cancellationToken) is not null)
        {
            return;
        }

        await using var writer = await content.OpenWriteAsync("load-" + digest.Hex, digest, cancellationToken);
        await writer.ResetAsync(cancellationToken);
        var buffer = new byte[256 * 1024];
        int read;
        while ((read = await reader.ReadAsync(buffer, cancellationToken)) > 0)
        {
            await writer.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
        }

        await writer.CommitAsync(cancellationToken);
    }

    /// <summary>A small file of an archive.</summary>
    public static async Task<byte[]> ReadAsync(TarReader reader, long size, CancellationToken cancellationToken)
    {
        if (size > Limits.ConfigBytes)
        {
            throw new InvalidInputException($"loading images: a file of {size} bytes is in the archive where at most {Limits.ConfigBytes} are allowed");
        }

        var bytes = new byte[size];
        var length = 0;
        int read;
        while ((read = await reader.ReadAsync(bytes.AsMemory(length), cancellationToken)) > 0)
        {
            length += read;
        }

        return bytes;
    }
}
