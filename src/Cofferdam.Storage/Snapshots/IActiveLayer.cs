namespace Cofferdam.Storage;

/// <summary>A layer being written. Disposing without a commit removes it.</summary>
public interface IActiveLayer : IAsyncDisposable
{
    /// <summary>The root of the merged, writable file system.</summary>
    string RootPath { get; }

    /// <summary>The directory that receives just the changes; writing to it directly is allowed only while <see cref="RootPath"/> was never asked for.</summary>
    string UpperPath { get; }

    /// <summary>The parent it was begun over.</summary>
    Snapshot Parent { get; }

    /// <summary>Unmounts and leaves out of the layer what was written but is as it was in <see cref="Parent"/>. Nothing is written to the layer after it.</summary>
    ValueTask TrimAsync(CancellationToken cancellationToken);

    /// <summary>Unmounts and makes the layer durable; returns its name. After it the layer never changes.</summary>
    /// <param name="name">The name it gets; null makes a new one. Where a committed layer has the name already, this one is dropped in its favour.</param>
    /// <param name="cancellationToken">Stops it before anything is visible.</param>
    ValueTask<LayerId> CommitAsync(LayerId? name, CancellationToken cancellationToken);
}
