using System.Text;

namespace Cofferdam.Dockerfile;

/// <summary>Questions about a Dockerfile that are answered without building it.</summary>
internal static class Subrequests
{
    public const string Describe = "frontend.subrequests.describe";
    public const string Convert = "frontend.convertllb";
    public const string Lint = "frontend.lint";
    public const string Outline = "frontend.outline";
    public const string Targets = "frontend.targets";

    private static readonly string[] All = [Lint, Outline, Targets, Describe, Convert];

    public static async Task<FrontendResult> RunAsync(string name, FrontendRun run, CancellationToken cancellationToken) => name switch
    {
        Lint => Answer(await LintRequest.RunAsync(run, cancellationToken)),
        Outline => Answer(await OutlineRequest.RunAsync(run, cancellationToken)),
        Targets => Answer(TargetsRequest.Run(run)),
        Describe => Answer(DescribeRequest.Write()),
        Convert => await ConvertRequest.RunAsync(run, cancellationToken),
        _ => throw new SubrequestException(name) { Hint = DockerfileError.Suggest(name, All) ?? $"there are {string.Join(", ", All)}" },
    };

    public static FrontendResult Answer(SubrequestAnswer answer)
    {
        var metadata = ImmutableDictionary<string, byte[]>.Empty
            .Add("result.json", answer.Json)
            .Add("result.txt", Encoding.UTF8.GetBytes(answer.Text))
            .Add("version", "1.0.0"u8.ToArray());
        return new FrontendResult
        {
            Images = [],
            Metadata = answer.StatusCode is { } code ? metadata.Add("result.statuscode", Encoding.ASCII.GetBytes($"{code}")) : metadata,
        };
    }
}
