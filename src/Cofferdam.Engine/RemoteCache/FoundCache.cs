using Cofferdam.Model;

namespace Cofferdam.Engine;

/// <summary>A cache that was found: its config and the layers that are there.</summary>
/// <param name="Config">The config.</param>
/// <param name="Layers">The layers' descriptors; each says the layer's diff ID in an annotation.</param>
/// <param name="Origin">Where the layers can be fetched, as recorded for them.</param>
internal sealed record FoundCache(CacheConfig Config, IReadOnlyDictionary<Digest, Descriptor> Layers, string Origin);
