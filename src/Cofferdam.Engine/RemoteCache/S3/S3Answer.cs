using System.Net;
using Cofferdam.Model;

namespace Cofferdam.Engine;

/// <summary>What an S3 service says in XML.</summary>
internal static class S3Answer
{
    private const int MaxBytes = 64 * 1024;

    /// <summary>The answer's text, as far as anybody reads it.</summary>
    public static async Task<string> ReadAsync(HttpResponseMessage answer, CancellationToken cancellationToken)
    {
        await using var body = await answer.Content.ReadAsStreamAsync(cancellationToken);
        var buffer = new byte[MaxBytes];
        var read = await body.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellationToken);
        return System.Text.Encoding.UTF8.GetString(buffer, 0, read);
    }

    /// <summary>The text of the first element of a name that has no elements in it; null when there is none.</summary>
    public static string? Element(string text, string name)
    {
        var start = text.IndexOf($"<{name}>", StringComparison.Ordinal);
        var end = start < 0 ? -1 : text.IndexOf("</", start, StringComparison.Ordinal);
        return end < 0 ? null : WebUtility.HtmlDecode(text[(start + name.Length + 2)..end]);
    }

    /// <summary>What is wrong, for users.</summary>
    /// <param name="doing">What was done, to what.</param>
    /// <param name="status">The answer's status.</param>
    /// <param name="text">Its text; empty for a request that asks for no text.</param>
    public static CofferdamException Describe(string doing, HttpStatusCode status, string text)
    {
        var reason = Element(text, "Code") is { } code ? $"{code}: {Element(text, "Message")}".TrimEnd(' ', ':') : $"it answers {(int)status}";
        return status switch
        {
            HttpStatusCode.NotFound => new NotFoundException($"{doing}: {reason}"),
            HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden => new UnauthorizedException($"{doing}: {reason}") { Hint = "are the credentials right, and may they read and write there?" },
            HttpStatusCode.MovedPermanently or HttpStatusCode.TemporaryRedirect => new InvalidInputException($"{doing}: {reason}") { Hint = "the bucket is in another region: set region=" },
            _ => new CofferdamException(ErrorCode.RegistryUnavailable, $"{doing}: {reason}"),
        };
    }
}
