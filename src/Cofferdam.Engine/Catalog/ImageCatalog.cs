using System.Collections.Immutable;
using Cofferdam.Model;
using Cofferdam.Storage;

namespace Cofferdam.Engine;

/// <summary>The images the daemon keeps: what <c>coffer images</c>, <c>tag</c>, <c>rmi</c> and <c>inspect</c> work on. Thread-safe.</summary>
public sealed class ImageCatalog(ImageTable images, IContentStore content, Platform host)
{
    /// <summary>All images, the newest first.</summary>
    public async Task<ImmutableArray<CatalogImage>> ListAsync(CancellationToken cancellationToken)
    {
        var found = ImmutableArray.CreateBuilder<CatalogImage>();
        foreach (var group in images.List().GroupBy(record => record.Target.Digest).OrderByDescending(group => group.Max(record => record.Updated)))
        {
            // An image whose blobs are gone is no image.
            if (await ReadAsync([.. group], null, cancellationToken) is { } image)
            {
                found.Add(image);
            }
        }

        return found.ToImmutable();
    }

    /// <summary>The image of a name, of a digest (of the manifest or the config) or of the unique beginning of one; throws <see cref="NotFoundException"/>.</summary>
    public async Task<CatalogImage> FindAsync(string reference, Platform? platform, CancellationToken cancellationToken)
    {
        var records = images.List();
        if (ImageReference.TryParse(reference, out var name))
        {
            var wanted = name.WithDefaultTag().ToString();
            var named = records.Where(record => record.Name == wanted).ToList();
            if (named.Count > 0 && await ReadAsync([.. records.Where(record => record.Target.Digest == named[0].Target.Digest)], platform, cancellationToken) is { } image)
            {
                return image;
            }
        }

        return await FindByDigestAsync(reference, records, platform, cancellationToken)
            ?? throw new NotFoundException($"no image {Quote.Text(reference)} in the store")
            {
                Hint = NearMatch.Find(reference, records.Where(record => !IsNameless(record)).Select(record => ImageReference.Parse(record.Name).Familiar)) is { } near
                    ? $"did you mean {near}?"
                    : "`coffer images` lists what there is, `coffer pull` gets one from a registry",
            };
    }

    /// <summary>Gives an image one more name.</summary>
    public async Task TagAsync(string source, string target, CancellationToken cancellationToken)
    {
        var image = await FindAsync(source, null, cancellationToken);
        await images.PutAsync(ImageReference.Parse(target).WithDefaultTag().ToString(), image.Root, cancellationToken);
    }

    /// <summary>Removes a name; the image itself when it was the last, or all its names where it was named by digest. Blobs go with the next prune.</summary>
    /// <returns>The names removed, and the digest when nothing names the image any more.</returns>
    public async Task<(ImmutableArray<string> Untagged, Digest? Deleted)> RemoveAsync(string reference, bool force, CancellationToken cancellationToken)
    {
        var image = await FindAsync(reference, null, cancellationToken);
        var name = ImageReference.TryParse(reference, out var parsed) ? parsed.WithDefaultTag().ToString() : null;
        var isByName = name is not null && image.Names.Contains(name);
        if (!isByName && image.Names.Length > 1 && !force)
        {
            throw new ConflictException($"image {Quote.Text(reference)} has several names: {string.Join(", ", image.Names)}") { Hint = "remove them by name, or all with --force" };
        }

        var removed = isByName ? [name!] : image.Names;
        foreach (var gone in removed.Append(image.Root.Digest.ToString()))
        {
            await images.DeleteAsync(gone, cancellationToken);
        }

        return (removed, removed.Length >= image.Names.Length ? image.Root.Digest : null);
    }

    private async Task<CatalogImage?> FindByDigestAsync(string reference, IReadOnlyList<ImageRecord> records, Platform? platform, CancellationToken cancellationToken)
    {
        var prefix = reference.StartsWith("sha256:", StringComparison.Ordinal) ? reference["sha256:".Length..] : reference;
        if (prefix.Length < 4 || !prefix.All(char.IsAsciiHexDigitLower))
        {
            return null;
        }

        var matches = new List<CatalogImage>();
        foreach (var group in records.GroupBy(record => record.Target.Digest))
        {
            if (await ReadAsync([.. group], platform, cancellationToken) is { } image
                && (image.Root.Digest.Hex.StartsWith(prefix, StringComparison.Ordinal) || image.Manifest.Config.Digest.Hex.StartsWith(prefix, StringComparison.Ordinal)))
            {
                matches.Add(image);
            }
        }

        return matches.Count > 1 ? throw new ConflictException($"{Quote.Text(reference)} is the beginning of several images' digests") { Hint = "give more of it" } : matches.SingleOrDefault();
    }

    private async Task<CatalogImage?> ReadAsync(ImmutableArray<ImageRecord> records, Platform? platform, CancellationToken cancellationToken)
    {
        var root = records[0].Target;
        var manifests = new List<Descriptor>();
        if (MediaTypes.IsIndex(root.MediaType))
        {
            if (await content.FindAsync(root.Digest, cancellationToken) is null)
            {
                return null;
            }

            foreach (var manifest in ImageJson.ReadIndex(await ImageArchive.ReadAsync(root, content, cancellationToken)).Manifests)
            {
                if (await content.FindAsync(manifest.Digest, cancellationToken) is not null)
                {
                    manifests.Add(manifest);
                }
            }
        }
        else
        {
            manifests.Add(root);
        }

        var wanted = platform ?? host;
        var chosen = manifests.Find(manifest => manifest.Platform is { } own && wanted.Matches(own)) ?? (platform is null ? manifests.FirstOrDefault() : manifests.Find(manifest => manifest.Platform is null));
        return chosen is null ? null : await ReadAsync(records, root, chosen, manifests, cancellationToken);
    }

    private async Task<CatalogImage?> ReadAsync(ImmutableArray<ImageRecord> records, Descriptor root, Descriptor chosen, List<Descriptor> manifests, CancellationToken cancellationToken)
    {
        if (await content.FindAsync(chosen.Digest, cancellationToken) is null)
        {
            return null;
        }

        var manifest = ImageJson.ReadManifest(await ImageArchive.ReadAsync(chosen, content, cancellationToken));
        if (await content.FindAsync(manifest.Config.Digest, cancellationToken) is null)
        {
            return null;
        }

        var bytes = await ImageArchive.ReadAsync(manifest.Config, content, cancellationToken);
        var config = ImageJson.ReadConfig(bytes);
        var names = records.Where(record => !IsNameless(record)).Select(record => record.Name).Order(StringComparer.Ordinal).ToImmutableArray();
        var platforms = manifests.Count == 1 && manifests[0].Platform is null
            ? [new Platform { Os = config.Os, Architecture = config.Architecture, Variant = config.Variant }]
            : manifests.Where(entry => entry.Platform is not null).Select(entry => entry.Platform!).ToImmutableArray();
        var size = manifest.Layers.Sum(layer => layer.Size) + manifest.Config.Size + chosen.Size;
        return new CatalogImage(names, root, manifest, chosen.Digest, config, bytes, platforms, size);
    }

    private static bool IsNameless(ImageRecord record) => Digest.TryParse(record.Name, out _);
}
