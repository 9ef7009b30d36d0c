using System.Text.Json;

namespace Cofferdam.Dockerfile;

/// <summary>What a client gave under a name, in place of a stage or an image.</summary>
/// <param name="name">The name.</param>
/// <param name="key">The name, with its platform where it was given for one.</param>
/// <param name="value">What was given, for example <c>docker-image://alpine</c>.</param>
/// <param name="platform">The platform wanted.</param>
/// <param name="contexts">The build's contexts.</param>
/// <param name="host">Looks up what is needed.</param>
internal sealed class NamedContext(string name, string key, string value, Platform platform, BuildContexts contexts, IFrontendHost host)
{
    private const string Forms = "use docker-image://, oci-layout://, an address or a directory";

    /// <summary>Finds it.</summary>
    /// <param name="paths">The paths used of it, as far as they are known when the graph is written.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public async Task<LoadedContext> LoadAsync(IReadOnlySet<string> paths, CancellationToken cancellationToken)
    {
        var separator = value.IndexOf(':', StringComparison.Ordinal);
        var scheme = separator < 0 ? throw new InvalidInputException($"invalid context specifier {value} for {key}") { Hint = Forms } : value[..separator];
        var rest = value[(separator + 1)..];
        return scheme switch
        {
            "docker-image" => await LoadImageAsync(TrimSlashes(rest), cancellationToken),
            "oci-layout" => await LoadLayoutAsync(TrimSlashes(rest), cancellationToken),
            "local" => await LoadLocalAsync(rest, paths, cancellationToken),
            "input" => LoadInput(rest),
            _ => LoadAddress(scheme),
        };
    }

    private static string TrimSlashes(string text) => text.StartsWith("//", StringComparison.Ordinal) ? text[2..] : text;

    private LoadedContext LoadAddress(string scheme)
    {
        var options = new NodeOptions { Name = $"[context {key}] {value}" };
        if (GitReference.Parse(value) is { } git)
        {
            return new LoadedContext(contexts.Git.Get(git, options), null);
        }

        return scheme is "http" or "https"
            ? new LoadedContext(LlbState.Source(value, [new(SourceAttributes.HttpFileName, "context")], options), null)
            : throw new InvalidInputException($"unsupported context source {scheme} for {key}") { Hint = NearMatch.Find(scheme, ["docker-image", "oci-layout", "https", "target"]) is { } near ? $"did you mean {near}:?" : Forms };
    }

    private async Task<LoadedContext> LoadImageAsync(string text, CancellationToken cancellationToken)
    {
        if (text == "scratch")
        {
            return new LoadedContext(LlbState.Scratch, null);
        }

        var reference = ImageReference.Parse(text).WithDefaultTag();
        var image = await host.ResolveImageAsync(reference, platform, contexts.ResolveMode, $"[context {key}] load metadata for {reference}", null, cancellationToken);
        var options = new NodeOptions { Name = $"[context {key}] {image.Reference}", Platform = platform };
        return new LoadedContext(LlbState.Source(SourceSchemes.Image + image.Reference.WithDigest(image.Digest), [], options), image.Config);
    }

    private async Task<LoadedContext> LoadLayoutAsync(string text, CancellationToken cancellationToken)
    {
        var at = text.IndexOf('@', StringComparison.Ordinal);
        if (at <= 0 || !Digest.TryParse(text[(at + 1)..], out var digest))
        {
            throw new InvalidInputException($"oci-layout reference {Quote.Text(text)} has no digest") { Hint = "write it as oci-layout://store@sha256:…" };
        }

        var colon = text.LastIndexOf(':', at - 1);
        var store = colon > text.LastIndexOf('/', at - 1) ? text[..colon] : text[..at];
        var reference = ImageReference.Parse(name).WithDigest(digest);
        var image = await host.ResolveImageAsync(
            reference, platform, contexts.ResolveMode, $"[context {key}] load metadata for {reference}", new OciLayoutStore(contexts.SessionId, store), cancellationToken);
        var attributes = new Dictionary<string, string> { [SourceAttributes.OciStore] = store };
        if (contexts.SessionId.Length > 0)
        {
            attributes.Add(SourceAttributes.OciSession, contexts.SessionId);
        }

        var options = new NodeOptions { Name = $"[context {key}] OCI load from client", Platform = platform };
        return new LoadedContext(LlbState.Source(SourceSchemes.OciLayout + reference, attributes, options), image.Config);
    }

    private async Task<LoadedContext> LoadLocalAsync(string directory, IReadOnlySet<string> paths, CancellationToken cancellationToken)
    {
        const string IgnoreName = ".dockerignore";
        var ignore = contexts.Directory(directory, $"context:{key}-{IgnoreName}", $"[context {key}] load {IgnoreName}") with { Paths = [IgnoreName], AlwaysFetches = true };
        var excludes = IgnoreFile.Parse(await host.ReadFileAsync(ignore.ToState().ToDefinition(), IgnoreName, cancellationToken) ?? []);
        var whole = contexts.Directory(directory, $"context:{key}-{contexts.Option("sharedkey:localdir:" + key)}", $"[context {key}] load from client") with { Excludes = excludes };
        return new LoadedContext(LlbState.Scratch.WithNode(new DeferredNode(() => (whole with { Paths = LocalDirectory.Narrow(paths) }).ToState().Output)), null);
    }

    private LoadedContext LoadInput(string input)
    {
        var state = contexts.RequireInput(input, key);
        var metadata = contexts.Option("input-metadata:" + input);
        if (metadata.Length == 0)
        {
            return new LoadedContext(state, null);
        }

        try
        {
            using var document = JsonDocument.Parse(metadata);
            return new LoadedContext(state, document.RootElement.TryGetProperty("containerimage.config", out var config) ? config.GetBytesFromBase64() : null);
        }
        catch (Exception error) when (error is JsonException or FormatException or InvalidOperationException)
        {
            throw new InvalidInputException($"failed to parse input metadata {Quote.Text(metadata)}: {error.Message}", error) { Hint = "it is a JSON object whose containerimage.config is an image's config in base64" };
        }
    }
}
