using Cofferdam.Engine;
using Cofferdam.Model;
using Cofferdam.Registry;
using Cofferdam.Solver;
using Cofferdam.Storage;
using Cofferdam.Testing;

namespace Cofferdam.UnitTests.Engine.Images;

/// <summary>A registry with an image of some layers, and all that pulls it.</summary>
internal sealed class ImageFixture : IDisposable
{
    internal static readonly ImageReference Name = ImageReference.Parse("registry.test/team/app:1");

    internal ImageFixture()
    {
        Client = new RegistryClient(new RegistryOptions { FirstDelay = TimeSpan.Zero }, TimeProvider.System, (_, _) => Fake);
        Resolver = new ImageResolver(Content, Images);
        Provider = new LayerProvider(Client, Content, Layers, Layers, Origins);
        Services = new ImageServices(Resolver, Client, Origins, new LayerUses());
        Source = new RegistryImageSource(Client, AnonymousCredentials.Instance);
    }

    internal FakeRegistry Fake { get; } = new();

    internal RegistryClient Client { get; }

    internal MemoryContentStore Content { get; } = new();

    internal MemoryImageStore Images { get; } = new();

    internal MemoryLayerOrigins Origins { get; } = new();

    internal FakeLayers Layers { get; } = new();

    internal SilentProgress Progress { get; } = new();

    internal ImageResolver Resolver { get; }

    internal LayerProvider Provider { get; }

    internal ImageServices Services { get; }

    internal IImageSource Source { get; }

    internal OperationContext Context => new(Digest.Of("vertex"), Progress, [new BuildJob("b", string.Empty, null!, [])], false);

    public void Dispose()
    {
        Client.Dispose();
        Fake.Dispose();
    }

    /// <summary>Puts an image into the registry; its layers' blobs are the texts in some "compressed" form.</summary>
    internal Descriptor AddImage(string repository, string? tag, params string[] layers)
    {
        var config = ImageJson.Write(new ImageConfig { Architecture = "amd64", Os = "linux", RootFs = new RootFs { DiffIds = [.. layers.Select(Digest.Of)] } });
        var manifest = ImageJson.Write(new ImageManifest
        {
            MediaType = MediaTypes.OciManifest,
            Config = new Descriptor { MediaType = MediaTypes.OciConfig, Digest = Fake.AddBlob(repository, config), Size = config.Length },
            Layers = [.. layers.Select(layer => FakeLayers.Compress(layer)).Select(blob => new Descriptor { MediaType = MediaTypes.OciLayerGzip, Digest = Fake.AddBlob(repository, blob), Size = blob.Length })],
        });
        return Fake.AddManifest(repository, tag, manifest);
    }

    internal Descriptor AddIndex(string repository, string tag, params (string Platform, Descriptor Manifest)[] manifests) => Fake.AddManifest(
        repository,
        tag,
        ImageJson.Write(new ImageIndex { MediaType = MediaTypes.OciIndex, Manifests = [.. manifests.Select(entry => entry.Manifest with { Platform = Raw(entry.Platform) })] }),
        MediaTypes.OciIndex);

    internal ImageOperation Operation(string identifier, params (string Name, string Value)[] attributes) =>
        new(ImageSourceOptions.Parse(identifier, attributes.ToDictionary(entry => entry.Name, entry => entry.Value), Platform.Parse("linux/amd64")), Services);

    internal async Task<Snapshot> RunAsync(ImageOperation operation)
    {
        await operation.GetKeyAsync(Context, CancellationToken.None);
        var results = await operation.RunAsync(Context, [], CancellationToken.None);
        return ((SnapshotResult)results[0]).Snapshot;
    }

    // As an index has it, not normalised.
    private static Platform Raw(string text) => text.Split('/') is var parts && parts.Length > 2
        ? new Platform { Os = parts[0], Architecture = parts[1], Variant = parts[2] }
        : new Platform { Os = parts[0], Architecture = parts[1] };
}
