namespace Cofferdam.Storage;

/// <summary>The name of a layer's directory in a snapshotter.</summary>
/// <param name="Value">The name; a file name without separators.</param>
public readonly record struct LayerId(string Value)
{
    /// <inheritdoc/>
    public override string ToString() => Value;
}
