using Cofferdam.Model;
using Cofferdam.Protocol.Llb;

namespace Cofferdam.Engine;

/// <summary>What a git source's identifier and attributes ask for (BuildKit source/git/identifier.go).</summary>
internal sealed record GitSourceOptions
{
    /// <summary>The repository's address as git takes it.</summary>
    public required string Address { get; init; }

    /// <summary>The branch, tag or commit; null is the default branch.</summary>
    public string? Reference { get; init; }

    /// <summary>The directory of the repository that is wanted; null is all.</summary>
    public string? Subdirectory { get; init; }

    /// <summary>The commit it must be, or the beginning of its hash.</summary>
    public string? Checksum { get; init; }

    public bool KeepGitDirectory { get; init; }

    public bool SkipSubmodules { get; init; }

    /// <summary>Ids of secrets, tried in order.</summary>
    public string? TokenSecret { get; init; }

    public string? HeaderSecret { get; init; }

    public static GitSourceOptions Parse(SourceOp source)
    {
        var identifier = source.Identifier["git://".Length..];
        var hash = identifier.IndexOf('#', StringComparison.Ordinal);
        var fragment = hash < 0 ? [] : identifier[(hash + 1)..].Split(':', 2);
        var options = new GitSourceOptions
        {
            Address = source.Attrs.GetValueOrDefault("git.fullurl") ?? "https://" + (hash < 0 ? identifier : identifier[..hash]),
            Reference = fragment.Length > 0 && fragment[0].Length > 0 ? fragment[0] : null,
            Subdirectory = fragment.Length > 1 ? CheckSubdirectory(fragment[1]) : null,
        };
        foreach (var (name, value) in source.Attrs)
        {
            options = name switch
            {
                "git.fullurl" or "git.knownsshhosts" or "git.mountsshsock" => options,
                "git.checksum" => options with { Checksum = value },
                "git.keepgitdir" => options with { KeepGitDirectory = value == "true" },
                "git.skipsubmodules" => options with { SkipSubmodules = value == "true" },
                "git.authtokensecret" => options with { TokenSecret = value },
                "git.authheadersecret" => options with { HeaderSecret = value },
                _ => throw new UnsupportedException($"attribute {Quote.Text(name)} of a git source is not supported yet"),
            };
        }

        return options.Check();
    }

    // CVE-2026-33748: a subdirectory must not lead out of the repository; CVE-2026 (git-bundle): nothing may be read as an option of git.
    private static string? CheckSubdirectory(string path)
    {
        if (path.Split('/').Contains(".."))
        {
            throw new InvalidInputException($"invalid subdirectory {Quote.Text(path)} of a git source: it leads out of the repository");
        }

        return path.Trim('/') is { Length: > 0 } trimmed && trimmed != "." ? trimmed : null;
    }

    private GitSourceOptions Check()
    {
        var scheme = Address.IndexOf("://", StringComparison.Ordinal) is > 0 and var end ? Address[..end] : "ssh";
        if (scheme == "ssh")
        {
            throw new UnsupportedException($"git over ssh ({Quote.Text(Address)}) is not supported yet") { Hint = "use an https address, with the token as secret GIT_AUTH_TOKEN" };
        }

        if (scheme is not ("http" or "https" or "git") || Address.StartsWith('-') || Reference?.StartsWith('-') == true)
        {
            throw new InvalidInputException($"invalid git source {Quote.Text(Address)}");
        }

        return this;
    }
}
