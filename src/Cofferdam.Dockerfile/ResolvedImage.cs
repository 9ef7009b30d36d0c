namespace Cofferdam.Dockerfile;

/// <summary>An image found in a registry or a layout.</summary>
/// <param name="Reference">What it is to be pulled by, after policies.</param>
/// <param name="Digest">The digest of the manifest or index the name led to.</param>
/// <param name="Config">The config of the platform's image, as JSON.</param>
public sealed record ResolvedImage(ImageReference Reference, Digest Digest, ReadOnlyMemory<byte> Config);
