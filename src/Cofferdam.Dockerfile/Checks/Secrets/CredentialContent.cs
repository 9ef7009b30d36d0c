using System.Text;
using System.Text.RegularExpressions;

namespace Cofferdam.Dockerfile;

/// <summary>Tells by its content whether a file has credentials.</summary>
internal static partial class CredentialContent
{
    /// <summary>What is in a file of any name; null where nothing is seen.</summary>
    public static string? Find(string text) => TokenShape.Find(text) ?? (UrlCredentials.Find(text, static _ => false) is null ? null : "an address with a password");

    /// <summary>What is in a file that is there for credentials; null where it has none, or refers to variables for them.</summary>
    public static string? FindInCredentialFile(string path, string text)
    {
        var name = UnixPath.Base(path).ToLowerInvariant();
        var pattern = name switch
        {
            ".netrc" or "_netrc" => Netrc(),
            "settings.xml" => XmlPassword(),
            "nuget.config" => NuGet(),
            _ when name.EndsWith(".json", StringComparison.Ordinal) => JsonPassword(),
            _ => Assignment(),
        };
        return Find(text) ?? (pattern.Matches(text).Any(match => !Placeholder.Is(match.Groups["value"].Value)) ? "a password" : null);
    }

    /// <summary>The text of a file; null where it is no text.</summary>
    public static string? Decode(ReadOnlySpan<byte> content) => content.Contains((byte)0) ? null : Encoding.UTF8.GetString(content);

    [GeneratedRegex(@"\bpassword\s+(?<value>\S+)")]
    private static partial Regex Netrc();

    [GeneratedRegex("<(?:password|passphrase)>(?<value>[^<]+)<")]
    private static partial Regex XmlPassword();

    [GeneratedRegex(@"key=""(?:ClearText)?Password""\s+value=""(?<value>[^""]*)""", RegexOptions.IgnoreCase)]
    private static partial Regex NuGet();

    [GeneratedRegex(@"""(?:auth|identitytoken|password|token|bearer|client_secret|private_key)""\s*:\s*""(?<value>[^""]*)""")]
    private static partial Regex JsonPassword();

    // name=value and name: value, the last part of the name being one for secrets.
    [GeneratedRegex(
        @"^\s*(?:export\s+)?[^\s=#;]*?(?:authtoken|_auth|password|passwd|passphrase|secret|secret_?key|secret_access_key|access_?key|api_?key|token|auth_?ident|client-key-data|pwd|credentials?)[ \t]*[=:][ \t]*(?<value>\S.*)$",
        RegexOptions.IgnoreCase | RegexOptions.Multiline)]
    private static partial Regex Assignment();
}
