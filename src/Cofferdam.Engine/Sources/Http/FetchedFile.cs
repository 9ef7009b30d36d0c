using System.Globalization;
using System.Text;
using Cofferdam.Model;

namespace Cofferdam.Engine;

/// <summary>What is known of an address that was fetched.</summary>
/// <param name="Digest">The content, in the store.</param>
/// <param name="LastModified">When the server says it was changed last.</param>
/// <param name="ETag">The server's name for just this content, without the mark of a weak one.</param>
/// <param name="Name">The file name that the server gave.</param>
/// <param name="IsTimeSure">Whether no later change can have the same time: it was long past when the content was fetched.</param>
internal sealed record FetchedFile(Digest Digest, DateTimeOffset? LastModified, string? ETag, string? Name, bool IsTimeSure)
{
    private const int Lines = 5;

    /// <summary>Reads what <see cref="Write"/> made; null for anything else.</summary>
    public static FetchedFile? Parse(byte[]? bytes)
    {
        var lines = bytes is null ? [] : Encoding.UTF8.GetString(bytes).Split('\n');
        return lines.Length == Lines && Digest.TryParse(lines[0], out var digest)
            ? new FetchedFile(
                digest,
                long.TryParse(lines[1], CultureInfo.InvariantCulture, out var time) ? DateTimeOffset.FromUnixTimeSeconds(time) : null,
                NullIfEmpty(lines[2]),
                NullIfEmpty(lines[3]),
                lines[4] == "sure")
            : null;
    }

    /// <summary>A line for each part.</summary>
    public byte[] Write() => Encoding.UTF8.GetBytes($"{Digest}\n{LastModified?.ToUnixTimeSeconds()}\n{ETag}\n{Name?.ReplaceLineEndings(" ")}\n{(IsTimeSure ? "sure" : string.Empty)}");

    private static string? NullIfEmpty(string text) => text.Length == 0 ? null : text;
}
