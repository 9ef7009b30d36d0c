namespace Cofferdam.Secrets.Nested;

/// <summary>A compression that somebody else decodes.</summary>
internal sealed class DecoderFormat(INestedDecoder decoder) : IContainerFormat
{
    public string Name => decoder.Name;

    public bool IsGuess => false;

    public bool IsMatch(ReadOnlySpan<byte> head) => decoder.IsMatch(head);

    public async ValueTask WalkAsync(ScannedStream stream, NestedLevel level, NestedWalk walk, CancellationToken cancellationToken)
    {
        await using var plain = new DecoderStream(decoder.Open(stream), stream);
        await walk.EnterAsync(plain, level.Inside(EntryName.WithoutSuffix(level.Path), null), isInflated: true, cancellationToken);
    }
}
