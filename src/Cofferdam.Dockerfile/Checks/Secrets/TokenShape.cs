using System.Text.RegularExpressions;

namespace Cofferdam.Dockerfile;

/// <summary>Finds values that are secrets by what they look like.</summary>
internal static partial class TokenShape
{
    // All have a part that is quickly looked for.
    private static readonly (string Part, string What, Func<Regex> Pattern)[] Shapes =
    [
        ("PRIVATE KEY", "a private key", PrivateKey),
        ("gh", "a GitHub token", GitHub),
        ("github_pat_", "a GitHub token", GitHubFineGrained),
        ("glpat-", "a GitLab token", GitLab),
        ("AKIA", "an AWS access key", Aws),
        ("ASIA", "an AWS access key", Aws),
        ("xox", "a Slack token", Slack),
        ("eyJ", "a JSON web token", JsonWebToken),
        ("npm_", "an npm token", Npm),
        ("AIza", "a Google API key", Google),
        ("pypi-", "a PyPI token", PyPi),
        ("k_live_", "a Stripe key", Stripe),
        ("dckr_pat_", "a Docker Hub token", DockerHub),
        ("hf_", "a Hugging Face token", HuggingFace),
    ];

    /// <summary>What kind of secret is in a text; null where none is seen.</summary>
    public static string? Find(string text)
    {
        foreach (var (part, what, pattern) in Shapes)
        {
            if (text.Contains(part, StringComparison.Ordinal) && pattern().Matches(text).Any(match => !match.Value.Contains("EXAMPLE", StringComparison.Ordinal)))
            {
                return what;
            }
        }

        return null;
    }

    [GeneratedRegex("-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY(?: BLOCK)?-----")]
    private static partial Regex PrivateKey();

    [GeneratedRegex(@"\bgh[pousr]_[A-Za-z0-9]{36,}\b")]
    private static partial Regex GitHub();

    [GeneratedRegex(@"\bgithub_pat_[A-Za-z0-9_]{22,}\b")]
    private static partial Regex GitHubFineGrained();

    [GeneratedRegex(@"\bglpat-[A-Za-z0-9_-]{20,}")]
    private static partial Regex GitLab();

    [GeneratedRegex(@"\b(?:AKIA|ASIA)[A-Z2-7]{16}\b")]
    private static partial Regex Aws();

    [GeneratedRegex(@"\bxox[abeprs]-[A-Za-z0-9-]{10,}")]
    private static partial Regex Slack();

    [GeneratedRegex(@"\beyJ[A-Za-z0-9_-]{10,}\.eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}")]
    private static partial Regex JsonWebToken();

    [GeneratedRegex(@"\bnpm_[A-Za-z0-9]{36}\b")]
    private static partial Regex Npm();

    [GeneratedRegex(@"\bAIza[0-9A-Za-z_-]{35}(?![0-9A-Za-z_-])")]
    private static partial Regex Google();

    [GeneratedRegex(@"\bpypi-AgEIcHlwaS5vcmc[A-Za-z0-9_-]{50,}")]
    private static partial Regex PyPi();

    [GeneratedRegex(@"\b[sr]k_live_[0-9a-zA-Z]{20,}\b")]
    private static partial Regex Stripe();

    [GeneratedRegex(@"\bdckr_pat_[A-Za-z0-9_-]{20,}")]
    private static partial Regex DockerHub();

    [GeneratedRegex(@"\bhf_[A-Za-z]{34,}\b")]
    private static partial Regex HuggingFace();
}
