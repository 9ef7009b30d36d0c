using Cofferdam.Dockerfile;
using Cofferdam.Model;
using Cofferdam.Protocol.Llb;
using Cofferdam.Solver;

namespace Cofferdam.Engine;

/// <summary>What a frontend asks of its build.</summary>
internal sealed class FrontendHost(Build build, ImageLookup images, BuildProgress progress) : IFrontendHost
{
    // What the frontend reads first is the Dockerfile: checks are shown on the vertex it comes from.
    private Digest? _dockerfile;

    public Task<ResolvedImage> ResolveImageAsync(ImageReference reference, Model.Platform platform, string resolveMode, string logName, OciLayoutStore? ociLayout, CancellationToken cancellationToken) =>
        progress.RunStepAsync($"{reference}::{platform}", logName, step => images(reference, platform, resolveMode, ociLayout, step, cancellationToken));

    public async Task<byte[]?> ReadFileAsync(Definition definition, string path, CancellationToken cancellationToken)
    {
        await using var reference = build.CreateReference(definition);
        _dockerfile ??= reference.Edge?.Vertex.Digest;
        return await build.FindFileAsync(reference, path, Limits.DockerfileBytes, cancellationToken);
    }

    public Task<DateTimeOffset?> FindTimeAsync(SourceOp source, string logName, CancellationToken cancellationToken) => build.FindTimeAsync(source, logName, cancellationToken);

    public void Warn(FrontendWarning warning)
    {
        var vertex = _dockerfile ?? Digest.Of("dockerfile");
        progress.Report(new ProgressEvent.Warned(vertex, new BuildWarning($"{warning.Rule}: {warning.Message}", [warning.Description], warning.Url, warning.Location)));
    }
}
