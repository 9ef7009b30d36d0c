namespace Cofferdam.Dockerfile;

/// <summary>Flags of COPY and ADD; those that the other has not are at their defaults.</summary>
internal sealed record CopyFlags
{
    /// <summary>A stage, an image or a context to copy from; empty is the build context.</summary>
    public string From { get; init; } = string.Empty;

    public string Owner { get; init; } = string.Empty;

    public string Mode { get; init; } = string.Empty;

    public string Checksum { get; init; } = string.Empty;

    public bool IsLink { get; init; }

    public bool KeepsParents { get; init; }

    public bool? KeepsGitDirectory { get; init; }

    public bool? Unpacks { get; init; }

    public ImmutableArray<string> Excludes { get; init; } = [];
}
