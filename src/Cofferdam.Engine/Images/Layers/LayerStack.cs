using Cofferdam.Model;
using Cofferdam.Storage;

namespace Cofferdam.Engine;

/// <summary>A file system with what is known of each of its layers. It may join the layers of several images (LLB MergeOp).</summary>
internal sealed class LayerStack
{
    private readonly int[] _bottoms;

    internal LayerStack(Snapshot snapshot, LayerOrigin?[] origins)
    {
        (Snapshot, Origins, _bottoms) = (snapshot, origins, new int[origins.Length]);
        ChainId? chain = null;
        for (var i = 0; i < origins.Length; i++)
        {
            var next = origins[i] is { } origin ? chain?.Append(origin.DiffId) : null;
            if (next is { } known && LayerNames.Of(known) == snapshot.Layers[i])
            {
                _bottoms[i] = _bottoms[i - 1];
                chain = known;
                continue;
            }

            // Another image begins, or something that was built here.
            _bottoms[i] = i;
            chain = origins[i] is { } first && LayerNames.Of(new ChainId(first.DiffId)) == snapshot.Layers[i] ? new ChainId(first.DiffId) : null;
        }
    }

    internal Snapshot Snapshot { get; }

    internal LayerOrigin?[] Origins { get; }

    /// <summary>The layers of the same image below a layer.</summary>
    internal Snapshot ParentOf(int index) => new(Snapshot.Layers[_bottoms[index]..index]);
}
