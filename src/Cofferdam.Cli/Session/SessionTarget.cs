namespace Cofferdam.Cli.Session;

/// <summary>Where a result goes: into a stream or into a directory.</summary>
internal sealed record SessionTarget
{
    /// <summary>Opens the stream when the result comes, knowing what the daemon tells of it (<c>containerimage.digest</c> …). Disposed at the end; null for a directory.</summary>
    public Func<IReadOnlyDictionary<string, string>, Stream>? OpenStream { get; init; }

    /// <summary>The directory; made when it is not there. Null for a stream.</summary>
    public string? Directory { get; init; }
}
