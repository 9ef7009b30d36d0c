namespace Cofferdam.Dockerfile;

/// <summary>What a Dockerfile becomes: a definition and a config for each platform, or the answer to a subrequest.</summary>
public sealed record FrontendResult
{
    /// <summary>The images, one for each platform asked for; empty for a subrequest.</summary>
    public required ImmutableArray<FrontendImage> Images { get; init; }

    /// <summary>Whether the client asked for a result by platform, even where there is one only.</summary>
    public bool IsMultiPlatform { get; init; }

    /// <summary>The frontend that the request belongs to, which is to be asked instead; null where this is the answer.</summary>
    public FrontendForward? Forward { get; init; }

    /// <summary>More metadata of the result, for example <c>result.json</c> of a subrequest.</summary>
    public ImmutableDictionary<string, byte[]> Metadata { get; init; } = ImmutableDictionary<string, byte[]>.Empty;
}
