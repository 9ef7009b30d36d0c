namespace Cofferdam.IntegrationTests.EndToEnd;

/// <summary>A Docker Engine that keeps images in containerd, as new installations do; it writes OCI layouts and images of several platforms.</summary>
public sealed class ImageStoreEngineFixture : EngineFixture
{
    protected override IEnumerable<string> StorageFlags => ["--feature", "containerd-snapshotter=true"];
}
