using Cofferdam.Model;

namespace Cofferdam.Engine;

/// <summary>A cache that an export made: its manifest and all it names, in the content store.</summary>
/// <param name="Root">The manifest or index.</param>
/// <param name="Blobs">Config and layers.</param>
internal sealed record AssembledCache(Descriptor Root, IReadOnlyList<Descriptor> Blobs);
