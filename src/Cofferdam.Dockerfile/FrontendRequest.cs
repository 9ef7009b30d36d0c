namespace Cofferdam.Dockerfile;

/// <summary>A build as a client asks the frontend for it.</summary>
public sealed record FrontendRequest
{
    /// <summary>BuildKit's dockerfile.v0 options: <c>filename</c>, <c>target</c>, <c>build-arg:X</c>, <c>label:X</c>, <c>platform</c>, <c>no-cache</c>, <c>context:NAME</c> and so on.</summary>
    public required ImmutableDictionary<string, string> Options { get; init; }

    /// <summary>Definitions given by the client by name, for <c>input:</c> contexts.</summary>
    public ImmutableDictionary<string, Definition> Inputs { get; init; } = ImmutableDictionary<string, Definition>.Empty;

    /// <summary>Platforms of the worker, its own first.</summary>
    public required ImmutableArray<Platform> WorkerPlatforms { get; init; }

    /// <summary>The id of the client's session, for local sources.</summary>
    public string SessionId { get; init; } = string.Empty;

    /// <summary>Whether docker's frontend images are fetched and run where a text asks for them, instead of answering for them.</summary>
    public bool PullsDockerfile { get; init; }
}
