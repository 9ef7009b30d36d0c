using System.Globalization;

namespace Cofferdam.Dockerfile;

/// <summary>A request at work: what its parts share.</summary>
internal sealed class FrontendRun(FrontendRequest request, FrontendOptions options, BuildContexts contexts, FoundDockerfile found, IFrontendHost host)
{
    public FoundDockerfile Found => found;

    public FrontendOptions Options => options;

    public DockerfileText Parse() => DockerfileText.Parse(found.Text);

    /// <summary>What the platform's lowering works with.</summary>
    public LoweringContext CreateContext(DockerfileText text, Platform? platform, Action<FrontendWarning>? warn, bool includesAllStages = false, bool checksFiles = false)
    {
        var build = request.WorkerPlatforms is [var first, ..] ? first : Platform.Host;
        return new LoweringContext
        {
            Text = text,
            File = found.File,
            Options = options,
            Contexts = contexts,
            Host = host,
            Linter = CreateLinter(warn),
            BuildPlatform = build,
            TargetPlatform = platform ?? build,
            IsImplicitTarget = platform is null,
            IncludesAllStages = includesAllStages,
            ChecksFiles = checksFiles,
        };
    }

    /// <summary>What takes hits of checks.</summary>
    public Linter CreateLinter(Action<FrontendWarning>? warn) => new(ReadCheckOptions(), found.Text, warn);

    /// <summary>Tells the host of a hit, in BuildKit's words.</summary>
    public void Warn(FrontendWarning warning)
    {
        var line = warning.Location.Ranges is [var range, ..] ? range.Start : 0;
        host.Warn(line == 0 ? warning : warning with { Message = $"{warning.Message} (line {line.ToString(CultureInfo.InvariantCulture)})" });
    }

    private static CheckOptions Parse(string text, string where)
    {
        try
        {
            return CheckOptions.Parse(text);
        }
        catch (CofferdamException error)
        {
            throw new CofferdamException(error.Code, $"failed to parse {where}: {error.Message}", error) { Hint = error.Hint };
        }
    }

    private CheckOptions ReadCheckOptions()
    {
        if (options.All.TryGetValue("build-arg:BUILDKIT_DOCKERFILE_CHECK", out var given))
        {
            return Parse(given, "build-arg:BUILDKIT_DOCKERFILE_CHECK");
        }

        var directive = DirectiveReader.Find(found.Text.Text, "check");
        try
        {
            return directive is null ? CheckOptions.Default : Parse(directive.Value.Split(' ')[0], "check options");
        }
        catch (CofferdamException error)
        {
            throw found.Text.Locate(error, new LineRange(directive!.Line, directive.Line));
        }
    }
}
