using System.Text.RegularExpressions;

namespace Cofferdam.Dockerfile;

/// <summary>Finds addresses with a password or token before the host.</summary>
internal static partial class UrlCredentials
{
    /// <summary>The host of the first such address, and the text without all of them; null where there is none.</summary>
    /// <param name="text">The text.</param>
    /// <param name="stays">Whether the value of a variable stays in the image: that of ARG and ENV does.</param>
    public static (string Host, string Remaining)? Find(string text, Func<string, bool> stays)
    {
        if (!text.Contains("://", StringComparison.Ordinal))
        {
            return null;
        }

        string? host = null;
        var rest = Address().Replace(text, match =>
        {
            var (user, password, name) = (match.Groups["user"].Value, match.Groups["password"], match.Groups["host"].Value);
            var secret = password.Success ? password.Value : user;
            if (IsLocal(name) || (!password.Success && !user.Contains('$', StringComparison.Ordinal) && TokenShape.Find(user) is null) || !IsSecret(secret, stays))
            {
                return match.Value;
            }

            host ??= name;
            return name;
        });
        return host is null ? null : (host, rest);
    }

    private static bool IsLocal(string host) => host is "localhost" or "127.0.0.1" or "db";

    private static bool IsSecret(string text, Func<string, bool> stays) =>
        text.Contains('$', StringComparison.Ordinal) ? Variable().Matches(text).Any(match => stays(match.Groups[1].Value)) : !Placeholder.Is(text);

    [GeneratedRegex(@"[A-Za-z][A-Za-z0-9+.-]*://(?<user>[^\s/@:'""`<>]*)(?::(?<password>[^\s/@'""`<>]+))?@(?<host>[A-Za-z0-9.${}_-]+)")]
    private static partial Regex Address();

    [GeneratedRegex(@"\$\{?([A-Za-z_][A-Za-z0-9_]*)")]
    private static partial Regex Variable();
}
