using System.Collections.Immutable;

namespace Cofferdam.Storage;

/// <summary>A file system: committed layers, lowest first. None is an empty root. To merge two is to join their layers; nothing is copied.</summary>
/// <param name="Layers">The layers, lowest first.</param>
public sealed record Snapshot(ImmutableArray<LayerId> Layers)
{
    /// <summary>The empty root.</summary>
    public static Snapshot Scratch { get; } = new([]);

    /// <inheritdoc/>
    public bool Equals(Snapshot? other) => other is not null && Layers.AsSpan().SequenceEqual(other.Layers.AsSpan());

    /// <inheritdoc/>
    public override int GetHashCode() => Layers.Length == 0 ? 0 : HashCode.Combine(Layers.Length, Layers[^1]);

    /// <summary>This file system with one more layer on top.</summary>
    public Snapshot Append(LayerId layer) => new(Layers.Add(layer));
}
