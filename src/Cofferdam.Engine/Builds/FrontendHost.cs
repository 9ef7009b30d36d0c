using Cofferdam.Dockerfile;
using Cofferdam.Model;
using Cofferdam.Protocol.Llb;
using Cofferdam.Solver;

namespace Cofferdam.Engine;

/// <summary>What a frontend asks of its build.</summary>
internal sealed class FrontendHost(Build build, ImageLookup images, BuildProgress progress) : IFrontendHost
{
    // BuildKit shows checks on the vertex of the Dockerfile; there is one such vertex for a build.
    private static readonly Digest WarningVertex = Digest.Of("dockerfile-checks");

    private bool _hasWarned;

    public Task<ResolvedImage> ResolveImageAsync(ImageReference reference, Model.Platform platform, string resolveMode, string logName, OciLayoutStore? ociLayout, CancellationToken cancellationToken) =>
        progress.RunStepAsync($"{reference}::{platform}", logName, step => images(reference, platform, resolveMode, ociLayout, step, cancellationToken));

    public async Task<byte[]?> ReadFileAsync(Definition definition, string path, CancellationToken cancellationToken)
    {
        await using var reference = build.CreateReference(definition);
        return await build.FindFileAsync(reference, path, Limits.DockerfileBytes, cancellationToken);
    }

    public void Warn(FrontendWarning warning)
    {
        if (!_hasWarned)
        {
            _hasWarned = true;
            progress.Report(new ProgressEvent.VertexChanged(WarningVertex) { Name = "[internal] checks of the Dockerfile" });
        }

        progress.Report(new ProgressEvent.Warned(WarningVertex, new BuildWarning($"{warning.Rule}: {warning.Message}", [warning.Description], warning.Url, warning.Location)));
    }
}
