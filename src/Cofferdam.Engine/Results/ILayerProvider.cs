using Cofferdam.Model;
using Cofferdam.Solver;
using Cofferdam.Storage;

namespace Cofferdam.Engine;

/// <summary>Makes layers that are only known by name (an image's, not pulled yet) into directories.</summary>
public interface ILayerProvider
{
    /// <summary>Returns when every layer of the file system is unpacked. Each layer is fetched once however many ask.</summary>
    ValueTask EnsureAsync(Snapshot snapshot, IReadOnlyList<IJobContext> jobs, IVertexProgress progress, CancellationToken cancellationToken);

    /// <summary>Returns when a blob of a layer of the file system is in the content store, fetched where it is not; throws where it can't be had.</summary>
    ValueTask EnsureBlobAsync(Snapshot snapshot, Digest blob, IReadOnlyList<IJobContext> jobs, IVertexProgress progress, CancellationToken cancellationToken);

    /// <summary>How often something turned out to be gone that was thought to be had. Where it has grown, what failed may be tried again.</summary>
    long LossCount { get; }

    /// <summary>Whether the file system can be had: each layer is unpacked, or it is known where to get it, and it was there when it was asked for last.</summary>
    ValueTask<bool> CanProvideAsync(Snapshot snapshot, CancellationToken cancellationToken);
}
