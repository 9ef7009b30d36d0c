using Cofferdam.Solver;
using Cofferdam.Storage;

namespace Cofferdam.Engine;

/// <summary>A file system as the output of a vertex. Its layers may be known by name only, see <see cref="ILayerProvider"/>.</summary>
/// <remarks>Handles count uses of the layers in <see cref="ILayerUses"/>, so that nothing in use is collected.</remarks>
public sealed class SnapshotResult : IResult
{
    private readonly ILayerUses _uses;
    private int _disposed;

    /// <summary>Takes a use of each layer.</summary>
    public SnapshotResult(Snapshot snapshot, ILayerUses uses)
    {
        (Snapshot, _uses) = (snapshot, uses);
        _uses.Add(snapshot);
    }

    /// <summary>The layers.</summary>
    public Snapshot Snapshot { get; }

    /// <inheritdoc/>
    public string Id => IdOf(Snapshot);

    /// <summary>The id of a result with these layers.</summary>
    public static string IdOf(Snapshot snapshot) => "layers:" + string.Join(',', snapshot.Layers);

    /// <summary>Reads what <see cref="Id"/> wrote; null when it is of another kind.</summary>
    public static Snapshot? ParseId(string id)
    {
        if (!id.StartsWith("layers:", StringComparison.Ordinal))
        {
            return null;
        }

        var names = id["layers:".Length..];
        return names.Length == 0 ? Snapshot.Scratch : new Snapshot([.. names.Split(',').Select(name => new LayerId(name))]);
    }

    /// <inheritdoc/>
    public IResult Clone() => new SnapshotResult(Snapshot, _uses);

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 0)
        {
            _uses.Remove(Snapshot);
        }

        return ValueTask.CompletedTask;
    }
}
