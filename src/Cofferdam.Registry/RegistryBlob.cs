namespace Cofferdam.Registry;

/// <summary>A blob being received.</summary>
/// <param name="Content">The bytes; disposed by the caller.</param>
/// <param name="Offset">Where in the blob the first byte lies.</param>
public sealed record RegistryBlob(Stream Content, long Offset) : IAsyncDisposable
{
    /// <inheritdoc/>
    public ValueTask DisposeAsync() => Content.DisposeAsync();
}
