using Cofferdam.Dockerfile;
using Cofferdam.Model;
using Cofferdam.Protocol.Llb;
using Cofferdam.Solver;

namespace Cofferdam.Engine;

/// <summary>What a frontend asks of its build.</summary>
internal sealed class FrontendHost(Build build, ImageLookup images, BuildProgress progress, SourcePolicies policies) : IFrontendHost
{
    // What the frontend reads first is the Dockerfile: checks are shown on the vertex it comes from.
    private Digest? _dockerfile;

    public Task<ResolvedImage> ResolveImageAsync(ImageReference reference, Model.Platform platform, string resolveMode, string logName, OciLayoutStore? ociLayout, CancellationToken cancellationToken)
    {
        var actual = ociLayout is null ? Apply(reference) : reference;
        return progress.RunStepAsync($"{actual}::{platform}", logName, step => images(actual, platform, resolveMode, ociLayout, step, cancellationToken));
    }

    public async Task<byte[]?> ReadFileAsync(Definition definition, string path, CancellationToken cancellationToken)
    {
        await using var reference = build.CreateReference(definition, policies);
        _dockerfile ??= reference.Edge?.Vertex.Digest;
        return await build.FindFileAsync(reference, path, Limits.DockerfileBytes, cancellationToken);
    }

    public Task<DateTimeOffset?> FindTimeAsync(SourceOp source, string logName, CancellationToken cancellationToken) => build.FindTimeAsync(policies.Apply(source), logName, cancellationToken);

    public void Warn(FrontendWarning warning)
    {
        var vertex = _dockerfile ?? Digest.Of("dockerfile");
        progress.Report(new ProgressEvent.Warned(vertex, new BuildWarning($"{warning.Rule}: {warning.Message}", [warning.Description], warning.Url, warning.Location)));
    }

    private ImageReference Apply(ImageReference reference)
    {
        const string Scheme = "docker-image://";
        var identifier = policies.Apply(new SourceOp { Identifier = Scheme + reference }).Identifier;
        return identifier.StartsWith(Scheme, StringComparison.Ordinal)
            ? ImageReference.Parse(identifier[Scheme.Length..]).WithDefaultTag()
            : throw new InvalidInputException($"source policy: image {Quote.Text(reference.ToString())} is converted to {Quote.Text(identifier)}, which is no image");
    }
}
