using System.Collections.Immutable;
using Cofferdam.Model;
using Cofferdam.Solver;
using Cofferdam.Storage;

namespace Cofferdam.Engine;

/// <summary>Moves images between the store, registries and archives.</summary>
public sealed class ImageStoreServices
{
    private readonly IContentStore _content;
    private readonly ImageTable _table;
    private readonly ImageServices _images;
    private readonly ILayerProvider _layers;
    private readonly ImageExportServices _export;
    private readonly ISessions _sessions;

    internal ImageStoreServices(ImageCatalog catalog, IContentStore content, ImageTable table, ImageServices images, ILayerProvider layers, ImageExportServices export, ISessions sessions) =>
        (Catalog, _content, _table, _images, _layers, _export, _sessions) = (catalog, content, table, images, layers, export, sessions);

    /// <summary>The images that are kept.</summary>
    public ImageCatalog Catalog { get; }

    /// <summary>Gets an image from its registry, all of it, and names it; returns the digest it was named by there.</summary>
    /// <param name="reference">The image.</param>
    /// <param name="platform">The platform; null is the worker's.</param>
    /// <param name="session">The client whose credentials are used; empty is none.</param>
    /// <param name="progress">Told each layer's download.</param>
    /// <param name="cancellationToken">Stops it; what was fetched is kept for the next try.</param>
    public async Task<Digest> PullAsync(string reference, Platform? platform, string session, IVertexProgress progress, CancellationToken cancellationToken)
    {
        var name = ImageReference.Parse(reference).WithDefaultTag();
        var jobs = Jobs(session);
        var source = await _images.GetSourceAsync(jobs, null, null, cancellationToken);
        var located = await _images.Resolver.ResolveAsync(name, platform ?? Platform.Host, "pull", source, cancellationToken);
        var layers = located.GetLayers(null);
        await _images.Origins.PutAsync(layers, cancellationToken);
        await _layers.EnsureAsync(new Snapshot([.. layers.Select(layer => layer.Layer)]), jobs, progress, cancellationToken);
        await _table.PutAsync(name.ToString(), located.Root, cancellationToken);
        return located.Root.Digest;
    }

    /// <summary>Pushes an image under its name; returns its digest.</summary>
    public async Task<Digest> PushAsync(string reference, string session, IVertexProgress progress, CancellationToken cancellationToken)
    {
        var image = await Catalog.FindAsync(reference, null, cancellationToken);
        var credentials = SessionCredentials.For(Jobs(session));
        var root = await _export.Assembler.CompressAsync(image.Root, cancellationToken);
        await _export.Pusher.PushAsync(root, ImageReference.Parse(reference).WithDefaultTag(), byDigest: false, credentials, progress, cancellationToken);
        return root.Digest;
    }

    /// <summary>Writes images as a tar that <c>docker load</c> takes, and that is an OCI layout.</summary>
    public async Task SaveAsync(ImmutableArray<string> references, Platform? platform, Stream stream, CancellationToken cancellationToken)
    {
        var images = ImmutableArray.CreateBuilder<ArchivedImage>();
        foreach (var reference in references)
        {
            var image = await Catalog.FindAsync(reference, platform, cancellationToken);
            foreach (var layer in image.Manifest.Layers)
            {
                if (await _content.FindAsync(layer.Digest, cancellationToken) is null)
                {
                    await FetchAsync(image, cancellationToken);
                }
            }

            var names = ImageReference.TryParse(reference, out var name) && image.Names.Contains(name.WithDefaultTag().ToString())
                ? [name.WithDefaultTag().ToString()]
                : image.Names;
            var manifest = new Descriptor
            {
                MediaType = image.Manifest.MediaType ?? MediaTypes.OciManifest,
                Digest = image.ManifestDigest,
                Size = (await _content.FindAsync(image.ManifestDigest, cancellationToken))!.Size,
            };
            images.Add(new ArchivedImage(platform is null ? image.Root : manifest, names, manifest));
        }

        await ImageArchive.WriteAsync(stream, images.ToImmutable(), withDockerManifest: true, _content, cancellationToken);
    }

    /// <summary>Takes the images of an archive into the store.</summary>
    public Task<ImmutableArray<(string? Name, Descriptor Root)>> LoadAsync(Stream archive, CancellationToken cancellationToken) =>
        new ImageLoader(_content, _table).LoadAsync(archive, cancellationToken);

    // Layers of a base image that were never needed are still in their registry.
    private async Task FetchAsync(CatalogImage image, CancellationToken cancellationToken)
    {
        ChainId? chain = null;
        var layers = ImmutableArray.CreateBuilder<LayerId>();
        foreach (var diffId in image.Config.RootFs.DiffIds)
        {
            chain = chain?.Append(diffId) ?? new ChainId(diffId);
            layers.Add(LayerNames.Of(chain.Value));
        }

        await _layers.EnsureAsync(new Snapshot(layers.ToImmutable()), Jobs(string.Empty), UnseenProgress.Instance, cancellationToken);
    }

    private IReadOnlyList<IJobContext> Jobs(string session) => [new BuildJob("images", session, _sessions, [])];
}
