namespace Cofferdam.Storage;

/// <summary>Sees the entries of a layer as it is made.</summary>
public interface ITarObserver
{
    /// <summary>An entry begins.</summary>
    /// <param name="path">Its path in the layer.</param>
    void BeginEntry(string path);

    /// <summary>A piece of the current entry's content, in order.</summary>
    void Content(ReadOnlySpan<byte> data);
}
