namespace Cofferdam.Secrets.Nested;

/// <summary>Something that has streams inside.</summary>
internal interface IContainerFormat
{
    /// <summary>What it is called.</summary>
    string Name { get; }

    /// <summary>Whether the first bytes say too little: a failure then means that it was something else.</summary>
    bool IsGuess { get; }

    /// <summary>Whether the first bytes of a stream are of this format.</summary>
    bool IsMatch(ReadOnlySpan<byte> head);

    /// <summary>Visits all that is inside. Throws <see cref="InvalidDataException"/> when it is damaged; what was not read is searched as it is.</summary>
    ValueTask WalkAsync(ScannedStream stream, NestedLevel level, NestedWalk walk, CancellationToken cancellationToken);
}
