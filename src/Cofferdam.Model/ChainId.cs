namespace Cofferdam.Model;

/// <summary>The name of a stack of layers, made from their diff IDs (OCI image-spec, config.md#layer-chainid).</summary>
/// <param name="Value">The chain ID as a digest.</param>
public readonly record struct ChainId(Digest Value)
{
    /// <summary>The chain ID of the layers from the lowest to the highest; of none it is the digest of nothing.</summary>
    public static ChainId Of(IEnumerable<Digest> diffIds)
    {
        ChainId? chain = null;
        foreach (var diffId in diffIds)
        {
            chain = chain is { } parent ? parent.Append(diffId) : new ChainId(diffId);
        }

        return chain ?? new ChainId(Digest.Of(string.Empty));
    }

    /// <summary>The chain ID with one more layer on top.</summary>
    public ChainId Append(Digest diffId) => new(Digest.Of($"{Value} {diffId}"));

    /// <inheritdoc/>
    public override string ToString() => Value.ToString();
}
