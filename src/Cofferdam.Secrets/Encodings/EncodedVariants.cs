using Cofferdam.Secrets.Memory;

namespace Cofferdam.Secrets.Encodings;

/// <summary>Receives the variants of an encoding, one after another.</summary>
internal sealed class EncodedVariants(EncodedVariants.Receiver receiver) : IDisposable
{
    /// <summary>Takes one variant; the bytes are wiped afterwards.</summary>
    internal delegate void Receiver(ReadOnlySpan<byte> encoded, LineBreaks breaks);

    /// <summary>Where the variant is written.</summary>
    internal SecretWriter Writer { get; } = new();

    /// <summary>The variant is complete.</summary>
    internal void End(LineBreaks breaks = LineBreaks.None)
    {
        if (Writer.Length > 0)
        {
            receiver(Writer.Written, breaks);
        }

        Writer.Cut(0);
    }

    public void Dispose() => Writer.Dispose();
}
