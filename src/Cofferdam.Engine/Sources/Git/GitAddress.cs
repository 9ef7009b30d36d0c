using System.Text.RegularExpressions;
using Cofferdam.Model;

namespace Cofferdam.Engine;

/// <summary>The address of a repository, as git takes it.</summary>
/// <param name="Text">The address; may have a password.</param>
/// <param name="IsSsh">Whether it is reached by ssh.</param>
internal sealed partial record GitAddress(string Text, bool IsSsh)
{
    /// <summary>Host and port of an address over HTTP, for secrets that are named by it; null for others.</summary>
    public string? HttpHost => Uri.TryCreate(Text, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https" ? uri.Authority : null;

    /// <summary>The addresses that a credential of this repository is sent to.</summary>
    public string CredentialScope
    {
        get
        {
            // GitHub's repositories are reached with one token, also as submodules of each other: as actions/checkout and BuildKit do.
            foreach (var site in (ReadOnlySpan<string>)["https://github.com/", "https://www.github.com/"])
            {
                if (Text.StartsWith(site, StringComparison.Ordinal))
                {
                    return site;
                }
            }

            return UserInfo().Replace(Text, "://");
        }
    }

    /// <summary>For users and the repository's own configuration: without user and password.</summary>
    public string Redacted => AnyUserInfo().Replace(RedactedText.Of(Text), static match => match.Value.Contains("xxxxx", StringComparison.Ordinal) ? match.Value : "://xxxxx@");

    /// <summary>Reads an address; throws for one that git must not be given.</summary>
    public static GitAddress Parse(string text)
    {
        if (text.StartsWith('-') || text.AsSpan().IndexOfAnyInRange('\0', '\u001f') >= 0)
        {
            throw new InvalidInputException($"invalid git source {Quote.Text(text)}");
        }

        var scheme = Scheme().Match(text);
        if (scheme.Success)
        {
            return scheme.Groups[1].Value.ToLowerInvariant() switch
            {
                "ssh" => new GitAddress(text, IsSsh: true),
                "http" or "https" or "git" => new GitAddress(text, IsSsh: false),
                _ => throw new InvalidInputException($"invalid git source {Quote.Text(RedactedText.Of(text))}") { Hint = "use an address with http, https, ssh or git" },
            };
        }

        if (SecureCopy().IsMatch(text))
        {
            return new GitAddress(text, IsSsh: true);
        }

        // "ext::command" and the like are other transports of git, which run programs.
        return text.Contains("::", StringComparison.Ordinal)
            ? throw new InvalidInputException($"invalid git source {Quote.Text(RedactedText.Of(text))}") { Hint = "use an address with http, https, ssh or git" }
            : new GitAddress("https://" + text, IsSsh: false);
    }

    [GeneratedRegex("^([a-zA-Z0-9]+)://")]
    private static partial Regex Scheme();

    [GeneratedRegex(@"^[a-zA-Z0-9_][a-zA-Z0-9-_]*@[a-zA-Z0-9][a-zA-Z0-9-.]*:")]
    private static partial Regex SecureCopy();

    [GeneratedRegex("://[^/@]*@")]
    private static partial Regex UserInfo();

    [GeneratedRegex("://[^/@:]+@")]
    private static partial Regex AnyUserInfo();
}
