using Cofferdam.Dockerfile;
using Cofferdam.Model;
using Cofferdam.Protocol.Llb;
using Cofferdam.Solver;

namespace Cofferdam.Engine;

/// <summary>What a frontend asks of its build; platforms that are lowered side by side may all ask at once.</summary>
internal sealed class FrontendHost(Build build, ImageLookup images, BuildProgress progress, SourcePolicies policies) : IFrontendHost
{
    // What the frontend reads first is the Dockerfile: checks are shown on the vertex it comes from. Set once; a box, so that it is seen whole.
    private volatile VertexBox? _dockerfile;

    public Task<ResolvedImage> ResolveImageAsync(ImageReference reference, Model.Platform platform, string resolveMode, string logName, OciLayoutStore? ociLayout, CancellationToken cancellationToken)
    {
        var actual = ociLayout is null ? Apply(reference) : reference;
        return progress.RunStepAsync($"{actual}::{platform}", logName, step => images(actual, platform, resolveMode, ociLayout, step, cancellationToken));
    }

    public async Task<byte[]?> ReadFileAsync(Definition definition, string path, CancellationToken cancellationToken)
    {
        await using var reference = build.CreateReference(definition, policies);
        if (_dockerfile is null && reference.Edge is { } edge)
        {
            Interlocked.CompareExchange(ref _dockerfile, new VertexBox(edge.Vertex.Digest), null);
        }

        return await build.FindFileAsync(reference, path, Limits.DockerfileBytes, cancellationToken);
    }

    public async Task<IReadOnlyList<ContextFile>> ReadFilesAsync(Definition definition, int maximumBytes, CancellationToken cancellationToken)
    {
        await using var reference = build.CreateReference(definition, policies);
        return await build.ReadFilesAsync(reference, maximumBytes, cancellationToken);
    }

    public Task<DateTimeOffset?> FindTimeAsync(SourceOp source, string logName, CancellationToken cancellationToken) => build.FindTimeAsync(policies.Apply(source), logName, cancellationToken);

    public Task<string?> FindHostKeyAsync(string host, CancellationToken cancellationToken) => SshHostKey.FindAsync(host, cancellationToken);

    public void Warn(FrontendWarning warning)
    {
        var vertex = _dockerfile?.Vertex ?? Digest.Of("dockerfile");
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

    private sealed record VertexBox(Digest Vertex);
}
