using Cofferdam.Storage;

namespace Cofferdam.Engine;

/// <summary>What file operations work with; one for the daemon.</summary>
/// <param name="Snapshotter">Where layers are.</param>
/// <param name="Uses">Counts the results' layers.</param>
/// <param name="Layers">Unpacks layers that are known by name only.</param>
/// <param name="Hash">The identity of what is read.</param>
public sealed record FileServices(ISnapshotter Snapshotter, ILayerUses Uses, ILayerProvider Layers, ContentHash Hash);
