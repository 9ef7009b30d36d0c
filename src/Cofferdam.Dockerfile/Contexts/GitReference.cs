using System.Text.RegularExpressions;

namespace Cofferdam.Dockerfile;

/// <summary>A git repository as people write it: an address with <c>#ref:directory</c> or a query.</summary>
internal sealed partial record GitReference
{
    /// <summary>The address for git itself.</summary>
    public required string Address { get; init; }

    public required string Host { get; init; }

    public required string Path { get; init; }

    public bool IsSsh { get; init; }

    /// <summary>Whether it could as well be a path: <c>github.com/…</c>.</summary>
    public bool MayBePath { get; init; }

    public string Reference { get; init; } = string.Empty;

    public string Directory { get; init; } = string.Empty;

    public string Checksum { get; init; } = string.Empty;

    public bool? KeepsGitDirectory { get; init; }

    public bool? Submodules { get; init; }

    public string ModificationTime { get; init; } = string.Empty;

    public bool FetchesByCommit { get; init; }

    /// <summary>Null when the text is no git repository; an error when it is one with a wrong query.</summary>
    public static GitReference? Parse(string text)
    {
        if (text.StartsWith("./", StringComparison.Ordinal) || text.StartsWith("../", StringComparison.Ordinal))
        {
            return null;
        }

        var mayBePath = text.StartsWith("github.com/", StringComparison.Ordinal);
        var (rest, fragment) = Cut(mayBePath ? "https://" + text : text, '#');
        var (address, query) = Cut(rest, '?');
        var url = Url().Match(address);
        var copy = url.Success ? Match.Empty : SecureCopy().Match(address);
        if (!url.Success && !copy.Success)
        {
            return null;
        }

        var scheme = copy.Success ? "ssh" : url.Groups[1].Value.ToLowerInvariant();
        var path = (copy.Success ? copy : url).Groups["path"].Value;
        if (!mayBePath && (scheme is not ("http" or "https" or "ssh" or "git") || (scheme is "http" or "https" && !path.EndsWith(".git", StringComparison.Ordinal))))
        {
            return null;
        }

        var (reference, directory) = Cut(fragment, ':');
        return new GitReference
        {
            Address = address,
            Host = (copy.Success ? copy : url).Groups["host"].Value,
            Path = path,
            IsSsh = scheme == "ssh",
            MayBePath = mayBePath,
            Reference = reference,
            Directory = UnixPath.Join("/", directory).TrimStart('/'),
        }.WithQuery(query);
    }

    /// <summary>What fetching it gives.</summary>
    /// <param name="options">How its step is shown.</param>
    /// <param name="hostKey">The line of known_hosts for its host; null where there is none.</param>
    public LlbState ToState(NodeOptions options, string? hostKey)
    {
        var identifier = SourceSchemes.Git + Host + UnixPath.Join("/", Path);
        if (Reference.Length > 0 || Directory.Length > 0)
        {
            identifier += "#" + Reference + (Directory.Length > 0 ? ":" + Directory : string.Empty);
        }

        var attributes = new Dictionary<string, string>
        {
            [SourceAttributes.GitFullUrl] = Address,
            [SourceAttributes.GitAuthTokenSecret] = "GIT_AUTH_TOKEN",
            [SourceAttributes.GitAuthHeaderSecret] = "GIT_AUTH_HEADER",
        };
        Add(SourceAttributes.GitKeepDirectory, KeepsGitDirectory == true ? "true" : string.Empty);
        Add(SourceAttributes.GitKnownSshHosts, hostKey ?? string.Empty);
        Add(SourceAttributes.GitMountSshSocket, IsSsh ? "default" : string.Empty);
        Add(SourceAttributes.GitChecksum, Checksum);
        Add(SourceAttributes.GitSkipSubmodules, Submodules == false ? "true" : string.Empty);
        Add(SourceAttributes.GitModificationTime, ModificationTime);
        Add(SourceAttributes.GitFetchByCommit, FetchesByCommit ? "true" : string.Empty);
        return LlbState.Source(identifier, attributes, options);

        void Add(string name, string value)
        {
            if (value.Length > 0)
            {
                attributes.Add(name, value);
            }
        }
    }

    private static readonly string[] Options = ["branch", "checksum", "commit", "fetch-by-commit", "keep-git-dir", "mtime", "ref", "subdir", "submodules", "tag"];

    private static (string Before, string After) Cut(string text, char separator) =>
        text.IndexOf(separator, StringComparison.Ordinal) is >= 0 and var index ? (text[..index], text[(index + 1)..]) : (text, string.Empty);

    private GitReference WithQuery(string query)
    {
        var result = this;
        var references = new List<string>();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (key, value) in query.Split('&', StringSplitOptions.RemoveEmptyEntries).Select(pair => Cut(pair, '=')))
        {
            if (!seen.Add(key))
            {
                throw DockerfileError.Meaning($"query {Quote.Text(key)} has multiple values", "give it once");
            }

            var text = Uri.UnescapeDataString(value.Replace('+', ' '));
            if (text.Length == 0 && key is not ("submodules" or "keep-git-dir" or "fetch-by-commit"))
            {
                throw DockerfileError.Meaning($"query {Quote.Text(key)} has no value", $"write {key}=value");
            }

            result = result.WithOption(key, text, references);
        }

        if (seen.Contains("branch") && seen.Contains("tag"))
        {
            throw DockerfileError.Meaning("branch conflicts with tag", "give one of them");
        }

        foreach (var reference in references)
        {
            result = result.Reference.Length == 0 || result.Reference == reference
                ? result with { Reference = reference }
                : throw DockerfileError.Meaning($"ref conflicts: {Quote.Text(result.Reference)} vs {Quote.Text(reference)}", "say it once: behind # or in the query");
        }

        return result;
    }

    private GitReference WithOption(string key, string text, List<string> references)
    {
        switch (key)
        {
            case "ref":
                references.Add(text);
                return this;
            case "tag":
                references.Add(text.StartsWith("refs/tags/", StringComparison.Ordinal) ? text : "refs/tags/" + text);
                return this;
            case "branch":
                references.Add(text.StartsWith("refs/heads/", StringComparison.Ordinal) ? text : "refs/heads/" + text);
                return this;
            case "subdir":
                return Directory.Length == 0 || Directory == text
                    ? this with { Directory = UnixPath.Join("/", text).TrimStart('/') }
                    : throw DockerfileError.Meaning($"subdir conflicts: {Quote.Text(Directory)} vs {Quote.Text(text)}", "say it once: behind # or in the query");
            case "checksum" or "commit":
                return this with { Checksum = text };
            case "mtime":
                return text is "checkout" or "commit"
                    ? this with { ModificationTime = text }
                    : throw DockerfileError.Meaning($"invalid mtime value: {Quote.Text(text)} (must be \"checkout\" or \"commit\")", DockerfileError.Suggest(text, ["checkout", "commit"]));
            case "keep-git-dir":
                return this with { KeepsGitDirectory = ParseFlag(key, text) };
            case "submodules":
                return this with { Submodules = ParseFlag(key, text) };
            case "fetch-by-commit":
                return this with { FetchesByCommit = ParseFlag(key, text) };
            default:
                throw DockerfileError.Meaning($"unexpected query {Quote.Text(key)}", DockerfileError.Suggest(key, Options) ?? $"it is one of {string.Join(", ", Options)}");
        }
    }

    private static bool ParseFlag(string key, string text) =>
        text.Length == 0 || (GoBoolean.Parse(text) ?? throw DockerfileError.Meaning($"invalid {key} value: {Quote.Text(text)}", "write true or false"));

    [GeneratedRegex(@"^([a-zA-Z0-9]+)://(?:[^/@]*@)?(?<host>[^/]+)(?<path>/.*)?\z")]
    private static partial Regex Url();

    [GeneratedRegex(@"^[a-zA-Z0-9-_]+@(?<host>[a-zA-Z0-9-.]+):(?<path>.*)\z")]
    private static partial Regex SecureCopy();
}
