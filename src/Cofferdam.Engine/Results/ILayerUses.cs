using Cofferdam.Storage;

namespace Cofferdam.Engine;

/// <summary>Counts who uses which layer, so that garbage collection leaves them. Thread-safe.</summary>
public interface ILayerUses
{
    /// <summary>One more use of each layer.</summary>
    void Add(Snapshot snapshot);

    /// <summary>One use less of each layer.</summary>
    void Remove(Snapshot snapshot);

    /// <summary>Whether a layer of it is being removed at this moment: a use that was added since came too late.</summary>
    bool IsBeingRemoved(Snapshot snapshot);
}
