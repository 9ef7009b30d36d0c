using System.Collections.Immutable;
using Cofferdam.Model;

namespace Cofferdam.Engine;

/// <summary>An image of the store.</summary>
/// <param name="Names">Its names, whole; empty for one that is known by its digest only.</param>
/// <param name="Root">Its manifest or index.</param>
/// <param name="Manifest">The manifest of the platform asked for.</param>
/// <param name="ManifestDigest">The digest of that manifest.</param>
/// <param name="Config">The config of the platform asked for.</param>
/// <param name="ConfigBytes">The same as bytes.</param>
/// <param name="Platforms">All platforms it has.</param>
/// <param name="Size">Bytes of all its blobs.</param>
public sealed record CatalogImage(
    ImmutableArray<string> Names,
    Descriptor Root,
    ImageManifest Manifest,
    Digest ManifestDigest,
    ImageConfig Config,
    ReadOnlyMemory<byte> ConfigBytes,
    ImmutableArray<Platform> Platforms,
    long Size);
