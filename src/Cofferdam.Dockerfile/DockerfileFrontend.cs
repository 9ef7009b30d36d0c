using System.Globalization;
using System.Text;

namespace Cofferdam.Dockerfile;

/// <summary>The frontend of Dockerfiles: what BuildKit calls <c>dockerfile.v0</c>. It has no state; any number of builds may use one.</summary>
public sealed class DockerfileFrontend : IFrontend
{
    /// <inheritdoc/>
    public async Task<FrontendResult> SolveAsync(FrontendRequest request, IFrontendHost host, CancellationToken cancellationToken)
    {
        var missing = FrontendCapabilities.Check(request.Options);
        var options = FrontendOptionsReader.Read(request.Options);
        var contexts = new BuildContexts(request, options, host);
        var found = await contexts.ReadDockerfileAsync(cancellationToken);
        if (SyntaxDirective.Find(found.Text, request) is { } forward)
        {
            return new FrontendResult { Images = [], Forward = forward };
        }

        if (missing is not null)
        {
            throw missing;
        }

        var frontend = new FrontendRun(request, options, contexts, found, host);
        return request.Options.TryGetValue("requestid", out var subrequest)
            ? await Subrequests.RunAsync(subrequest, frontend, cancellationToken)
            : await BuildAsync(frontend, options, cancellationToken);
    }

    private static async Task<FrontendResult> BuildAsync(FrontendRun run, FrontendOptions options, CancellationToken cancellationToken)
    {
        var platforms = options.Platforms.IsEmpty ? [null] : options.Platforms.Select(platform => (Platform?)platform).ToArray();
        var builds = platforms.Select((platform, index) => BuildAsync(run, platform, warns: index == 0, cancellationToken)).ToArray();
        var results = await Task.WhenAll(builds);
        var metadata = ImmutableDictionary<string, byte[]>.Empty;
        foreach (var (image, epoch) in results)
        {
            if (epoch is { } time)
            {
                var key = options.IsMultiPlatform ? $"source.date.epoch/{image.Platform}" : "source.date.epoch";
                metadata = metadata.SetItem(key, Encoding.ASCII.GetBytes(time.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture)));
            }
        }

        return new FrontendResult { Images = [.. results.Select(result => result.Image)], IsMultiPlatform = options.IsMultiPlatform, Metadata = metadata };
    }

    private static async Task<(FrontendImage Image, DateTimeOffset? Epoch)> BuildAsync(FrontendRun run, Platform? platform, bool warns, CancellationToken cancellationToken)
    {
        var context = run.CreateContext(run.Parse(), platform, warns ? run.Warn : null);
        var target = await DockerfileLowering.RunAsync(context, cancellationToken);
        return (await DockerfileLowering.FinishAsync(context, target.Stage, cancellationToken), context.Epoch);
    }
}
