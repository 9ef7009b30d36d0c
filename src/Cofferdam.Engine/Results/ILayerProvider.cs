using Cofferdam.Solver;
using Cofferdam.Storage;

namespace Cofferdam.Engine;

/// <summary>Makes layers that are only known by name (an image's, not pulled yet) into directories.</summary>
public interface ILayerProvider
{
    /// <summary>Returns when every layer of the file system is unpacked. Each layer is fetched once however many ask.</summary>
    ValueTask EnsureAsync(Snapshot snapshot, IReadOnlyList<IJobContext> jobs, IVertexProgress progress, CancellationToken cancellationToken);

    /// <summary>Whether the file system can be had: each layer is unpacked, or it is known where to get it.</summary>
    ValueTask<bool> CanProvideAsync(Snapshot snapshot, CancellationToken cancellationToken);
}
