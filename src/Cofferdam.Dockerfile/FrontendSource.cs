namespace Cofferdam.Dockerfile;

/// <summary>Finds the frontend that an option, a build argument or a text names.</summary>
public static class FrontendSource
{
    /// <summary>The build argument that decides whether docker's frontend images are fetched and run, whatever the daemon is told.</summary>
    public const string PullArgument = "COFFERDAM_SYNTAX_PULL";

    private const string BuiltInName = "dockerfile.v0";

    /// <summary>Whether a name stands for the frontend that is built in: itself, and the images that docker publishes it as, unless they are to be fetched. A context of that name is another one.</summary>
    public static bool IsBuiltIn(string source, FrontendRequest request) =>
        !IsContext(source, request.Options)
        && (source == BuiltInName || (ImageReference.TryParse(source, out var reference) && reference.Name is "docker.io/docker/dockerfile" or "docker.io/docker/dockerfile-upstream" && !Pulls(request)));

    /// <summary>Looks a frontend up: in the contexts that the client gave, else among the images.</summary>
    public static async Task<FrontendProgram> FindAsync(string source, FrontendRequest request, IFrontendHost host, CancellationToken cancellationToken)
    {
        var platform = request.WorkerPlatforms is [var first, ..] ? first : Platform.Host;
        var contexts = new BuildContexts(request, FrontendOptionsReader.Read(request.Options), host);
        if (contexts.Find(source, platform) is { } context)
        {
            var loaded = await context.LoadAsync(new HashSet<string> { "/" }, cancellationToken);
            await contexts.Git.FindHostKeysAsync(cancellationToken);
            return new FrontendProgram(loaded.State.ToDefinition(), loaded.Config, null);
        }

        var reference = ImageReference.Parse(source).WithDefaultTag();
        var image = await host.ResolveImageAsync(reference, platform, "default", $"resolve image config for {SourceSchemes.Image}{reference}", null, cancellationToken);
        var state = LlbState.Source(SourceSchemes.Image + image.Reference.WithDigest(image.Digest), [], new NodeOptions { Platform = platform });
        return new FrontendProgram(state.ToDefinition(), image.Config, image.Digest);
    }

    private static bool Pulls(FrontendRequest request) =>
        (request.Options.TryGetValue("build-arg:" + PullArgument, out var given) ? GoBoolean.Parse(given) : null) ?? request.PullsDockerfile;

    private static bool IsContext(string source, ImmutableDictionary<string, string> options)
    {
        if (!ImageReference.TryParse(source, out var reference))
        {
            return false;
        }

        var familiar = reference.Familiar;
        var key = "context:" + (familiar.EndsWith(":latest", StringComparison.Ordinal) ? familiar[..^":latest".Length] : familiar);
        return options.Keys.Any(name => name == key || name.StartsWith(key + "::", StringComparison.Ordinal));
    }
}
