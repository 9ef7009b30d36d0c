using System.Text.RegularExpressions;

namespace Cofferdam.Model;

/// <summary>Text that may have addresses in it, for logs, errors and progress.</summary>
public static partial class RedactedText
{
    /// <summary>The text without the users and passwords that addresses in it have.</summary>
    public static string Of(string text) => text.Contains('@', StringComparison.Ordinal) ? Credentials().Replace(text, "xxxxx:xxxxx@") : text;

    [GeneratedRegex("(?<=://)[^/@\\s\"']*:[^/@\\s\"']*@")]
    private static partial Regex Credentials();
}
