using System.Text.RegularExpressions;

namespace Cofferdam.IntegrationTests.Corpus;

/// <summary>Tells of a failed build what two builders must agree on: the lines of the Dockerfile that are shown, and the class of the error.</summary>
internal static partial class FailureText
{
    // The first that matches the message is its class; the groups belong to it.
    private static readonly (string Class, Regex Pattern)[] Classes =
    [
        ("step failed", StepFailed()),
        ("links run in a circle", LinkLoop()),
        ("a directory meets what is none", NoDirectory()),
        ("a file meets a directory", IsDirectory()),
        ("source of a COPY or ADD is not there", SourceMissing()),
        ("secret is not given", SecretMissing()),
        ("no such user or group", NoUser()),
        ("checksum differs", ChecksumDiffers()),
        ("stage is not there", StageMissing()),
        ("image is not there", ImageMissing()),
        ("platform is none", PlatformInvalid()),
    ];

    /// <summary>Exit code, lines, class and message.</summary>
    public static string Describe(int exitCode, string output)
    {
        var lines = output.Split('\n');
        var place = lines.Select(line => Place().Match(line.TrimEnd())).FirstOrDefault(match => match.Success)?.Groups[1].Value ?? "none";
        var message = lines.LastOrDefault(line => line.StartsWith("ERROR: ", StringComparison.Ordinal))?["ERROR: ".Length..] ?? string.Empty;
        return $"exit {exitCode}\nline {place}\nerror {Class(message)}\n";
    }

    private static string Class(string message)
    {
        foreach (var (name, pattern) in Classes)
        {
            if (pattern.Match(message) is { Success: true } match)
            {
                return string.Join(' ', match.Groups.Values.Skip(1).Select(group => group.Value).Where(value => value.Length > 0).Prepend(name));
            }
        }

        return Proposal().Replace(Wrapping().Replace(message, string.Empty), string.Empty);
    }

    [GeneratedRegex(@"^(?:Dockerfile|[\w./-]+):(\d+)$")]
    private static partial Regex Place();

    [GeneratedRegex("^(?:failed to (?:build|solve): |rpc error: [^:]*: )*")]
    private static partial Regex Wrapping();

    [GeneratedRegex(@" \(did you mean [^()]*\)$")]
    private static partial Regex Proposal();

    [GeneratedRegex("failed to parse platform (\\S+): ")]
    private static partial Regex PlatformInvalid();

    [GeneratedRegex("did not complete successfully: (exit code: \\d+)")]
    private static partial Regex StepFailed();

    [GeneratedRegex("failed to (?:compute|calculate) (?:cache key|checksum).*: not found|^(?:failed to solve: )?(?:lstat|stat) .*no such file|\"?/[^\"]*\"?: not found")]
    private static partial Regex SourceMissing();

    [GeneratedRegex("secret (\\S+): not found")]
    private static partial Regex SecretMissing();

    [GeneratedRegex("no such (?:user|group)|unable to find (?:user|group)")]
    private static partial Regex NoUser();

    [GeneratedRegex("too many links|too many levels of symbolic links")]
    private static partial Regex LinkLoop();

    [GeneratedRegex("cannot copy to non-directory|not a directory$")]
    private static partial Regex NoDirectory();

    [GeneratedRegex("cannot replace to directory \\S+ with file")]
    private static partial Regex IsDirectory();

    [GeneratedRegex("digest mismatch|checksum")]
    private static partial Regex ChecksumDiffers();

    [GeneratedRegex("target stage \"?([\\w-]+)\"? could not be found")]
    private static partial Regex StageMissing();

    [GeneratedRegex("(?:failed to resolve source metadata|pull access denied|manifest unknown|not found).*")]
    private static partial Regex ImageMissing();
}
