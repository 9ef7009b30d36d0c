using System.Collections.Immutable;
using Cofferdam.Model;

namespace Cofferdam.Engine;

/// <summary>An image whose blobs are all in the content store, or named for where they can be fetched.</summary>
/// <param name="Root">The manifest or index.</param>
/// <param name="Images">The manifests, one for each platform.</param>
internal sealed record AssembledImage(Descriptor Root, ImmutableArray<AssembledManifest> Images);
