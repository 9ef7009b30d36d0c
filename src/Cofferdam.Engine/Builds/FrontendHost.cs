using Cofferdam.Dockerfile;
using Cofferdam.Model;
using Cofferdam.Protocol.Llb;
using Cofferdam.Solver;

namespace Cofferdam.Engine;

/// <summary>What a frontend asks of its build; platforms that are lowered side by side may all ask at once.</summary>
internal sealed class FrontendHost(Build build, ImageLookup images, BuildProgress progress) : IFrontendHost
{
    // What the frontend reads first is the Dockerfile: checks are shown on the vertex it comes from. Set once; a box, so that it is seen whole.
    private volatile VertexBox? _dockerfile;

    public Task<ResolvedImage> ResolveImageAsync(ImageReference reference, Model.Platform platform, string resolveMode, string logName, OciLayoutStore? ociLayout, CancellationToken cancellationToken) =>
        progress.RunStepAsync($"{reference}::{platform}", logName, step => images(reference, platform, resolveMode, ociLayout, step, cancellationToken));

    public async Task<byte[]?> ReadFileAsync(Definition definition, string path, CancellationToken cancellationToken)
    {
        await using var reference = build.CreateReference(definition);
        if (_dockerfile is null && reference.Edge is { } edge)
        {
            Interlocked.CompareExchange(ref _dockerfile, new VertexBox(edge.Vertex.Digest), null);
        }

        return await build.FindFileAsync(reference, path, Limits.DockerfileBytes, cancellationToken);
    }

    public async Task<IReadOnlyList<ContextFile>> ReadFilesAsync(Definition definition, int maximumBytes, CancellationToken cancellationToken)
    {
        await using var reference = build.CreateReference(definition);
        return await build.ReadFilesAsync(reference, maximumBytes, cancellationToken);
    }

    public void Warn(FrontendWarning warning)
    {
        var vertex = _dockerfile?.Vertex ?? Digest.Of("dockerfile");
        progress.Report(new ProgressEvent.Warned(vertex, new BuildWarning($"{warning.Rule}: {warning.Message}", [warning.Description], warning.Url, warning.Location)));
    }

    private sealed record VertexBox(Digest Vertex);
}
