using System.Text.RegularExpressions;

namespace Cofferdam.IntegrationTests.Corpus;

/// <summary>Tells of a failed build what two builders must agree on: the lines of the Dockerfile that are shown, and the class of the error.</summary>
internal static partial class FailureText
{
    // The first that matches the message is its class; the groups belong to it.
    private static readonly (string Class, Regex Pattern)[] Classes =
    [
        ("repository does not have the directory", NoGitDirectory()),
        ("repository does not have the reference", NoReference()),
        ("repository is not there", NoRepository()),
        ("commit has another checksum", OtherCommit()),
        ("step failed", StepFailed()),
        ("check option is none", CheckOptionInvalid()),
        ("a file of the client is not there", ClientFileMissing()),
        ("limit is none", NoLimit()),
        ("context is not there", ContextMissing()),
        ("Dockerfile is a directory", DockerfileDirectory()),
        ("Dockerfile is not there", DockerfileMissing()),
        ("pattern is none", NoPattern()),
        ("user or group is out of range", UserRange()),
        ("links run in a circle", LinkLoop()),
        ("platform is none", NoPlatform()),
        ("arguments are not in the JSON form", NoJson()),
        ("server can't be reached", NoServer()),
        ("epoch is no number", NoEpoch()),
        ("image's name is none", NoImageName()),
        ("image is not there", ImageNotFound()),
        ("mode is none", NoMode()),
        ("owner's name can't be looked up", NoOwnerInput()),
        ("server answers", ServerAnswer()),
        ("a hard link leaves the archive", LinkLeaves()),
        ("a directory meets what is none", NoDirectory()),
        ("a file meets a directory", IsDirectory()),
        ("source of a COPY or ADD is not there", SourceMissing()),
        ("secret is not given", SecretMissing()),
        ("no such user or group", NoUser()),
        ("checksum differs", ChecksumDiffers()),
        ("stage is not there", StageMissing()),
        ("image is not there", ImageMissing()),
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
        if (Rules().Match(message) is { Success: true } rules)
        {
            return "checks failed: " + string.Join(", ", rules.Groups[1].Value.Split(", ").Order(StringComparer.Ordinal)); // In any order, with Docker Engine.
        }

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

    [GeneratedRegex("^(?:failed to (?:build|solve|load LLB|marshal LLB definition): |rpc error: [^:]*: )*")]
    private static partial Regex Wrapping();

    // What the user may have meant is worded by each in its own way.
    [GeneratedRegex(@" \(did you mean [^()]*\)$")]
    private static partial Regex Proposal();

    [GeneratedRegex("error fetching default branch for repository|repository \"[^\"]*\" (?:is not|not) (?:there|found)|git .*[Rr]epository \\S+ not found")]
    private static partial Regex NoRepository();

    [GeneratedRegex("repository (?:\"[^\"]*\" )?does not contain ref \"?(\\w+)")]
    private static partial Regex NoReference();

    [GeneratedRegex("invalid subdir /\\w+: |subdirectory \"[^\"]*\" of git repository \"[^\"]*\" is not there")]
    private static partial Regex NoGitDirectory();

    [GeneratedRegex("expected checksum to match [0-9a-f]{40}, got")]
    private static partial Regex OtherCommit();

    [GeneratedRegex("lint violation found for rules: (.*)$")]
    private static partial Regex Rules();

    [GeneratedRegex("(?:invalid|failed to parse) check option (\"[^\"]*\")")]
    private static partial Regex CheckOptionInvalid();

    [GeneratedRegex("failed to read dockerfile: read .*: is a directory|Dockerfile \"[^\"]*\" is a directory")]
    private static partial Regex DockerfileDirectory();

    [GeneratedRegex("failed to read dockerfile: (?:open|read) |resolve : lstat \\S+: no such file|Dockerfile \\S+ does not exist")]
    private static partial Regex DockerfileMissing();

    [GeneratedRegex("unable to prepare context: path \\S+ not found|failed to get build context|build context \\S+: directory \\S+ does not exist|build context \\S+ (?:does not exist|is not a directory)")]
    private static partial Regex ContextMissing();

    [GeneratedRegex("failed to resolve source metadata for .*: not found$|resolve \"[^\"]+\": not found in registry")]
    private static partial Regex ImageNotFound();

    [GeneratedRegex("(\\w+) requires the arguments to be in JSON form")]
    private static partial Regex NoJson();

    [GeneratedRegex("uids and gids must be in range")]
    private static partial Regex UserRange();

    [GeneratedRegex("did not complete successfully: (exit code: \\d+)")]
    private static partial Regex StepFailed();

    [GeneratedRegex("failed to (?:compute|calculate) (?:cache key|checksum).*: not found|(?:lstat|stat) \\S+: no such file|\"?/[^\"]*\"?: not found")]
    private static partial Regex SourceMissing();

    [GeneratedRegex("secret (\\S+): not found")]
    private static partial Regex SecretMissing();

    [GeneratedRegex("no such (?:user|group)|unable to find (?:user|group)")]
    private static partial Regex NoUser();

    [GeneratedRegex("too many links|too many levels of symbolic links")]
    private static partial Regex LinkLoop();

    [GeneratedRegex("invalid chmod parameter|: invalid syntax$|^invalid syntax$")]
    private static partial Regex NoMode();

    [GeneratedRegex("invalid user index: -1|the input with the owner's name is not there")]
    private static partial Regex NoOwnerInput();

    [GeneratedRegex("failed to stat \\S+: stat |read secret \\S+ from file \\S+: it is not there")]
    private static partial Regex ClientFileMissing();

    [GeneratedRegex("invalid ulimit type|failed to parse ulimit")]
    private static partial Regex NoLimit();

    [GeneratedRegex("syntax error in pattern|illegal exclusion pattern")]
    private static partial Regex NoPattern();

    [GeneratedRegex("invalid (?:SOURCE_DATE_EPOCH|source-date-epoch)")]
    private static partial Regex NoEpoch();

    [GeneratedRegex("failed to parse stage name (\\S+): invalid reference format")]
    private static partial Regex NoImageName();

    [GeneratedRegex("is an invalid component of|failed to parse platform \\S+: |^invalid platform ")]
    private static partial Regex NoPlatform();

    [GeneratedRegex("connection refused")]
    private static partial Regex NoServer();

    [GeneratedRegex("invalid response status (\\d+)")]
    private static partial Regex ServerAnswer();

    [GeneratedRegex("invalid hardlink target|hard link to \\S+, which is no file of the archive")]
    private static partial Regex LinkLeaves();

    [GeneratedRegex("cannot copy to non-directory|not a directory$")]
    private static partial Regex NoDirectory();

    [GeneratedRegex("cannot replace to directory \\S+ with file")]
    private static partial Regex IsDirectory();

    [GeneratedRegex("digest mismatch")]
    private static partial Regex ChecksumDiffers();

    [GeneratedRegex("target stage \"?([\\w-]+)\"? could not be found")]
    private static partial Regex StageMissing();

    [GeneratedRegex("(?:failed to resolve source metadata|pull access denied|manifest unknown|not found).*")]
    private static partial Regex ImageMissing();
}
