using System.Collections.Immutable;

namespace Cofferdam.Engine;

/// <summary>Which frontends a daemon runs.</summary>
public sealed record FrontendSettings
{
    /// <summary>Whether Dockerfiles are built (<c>dockerfile.v0</c>).</summary>
    public bool HasDockerfile { get; init; } = true;

    /// <summary>Whether docker's frontend images are fetched and run where a Dockerfile asks for them, instead of answering for them.</summary>
    public bool PullsDockerfile { get; init; }

    /// <summary>Whether frontends of images are run (<c>gateway.v0</c>).</summary>
    public bool HasGateway { get; init; } = true;

    /// <summary>The repositories that frontends may be of, without tags; empty is any.</summary>
    public ImmutableArray<string> AllowedRepositories { get; init; } = [];
}
