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

    /// <summary>Unmounts and makes the layer durable; returns its name. After it the layer never changes.</summary>
    ValueTask<LayerId> CommitAsync(CancellationToken cancellationToken);
}
