using System.Collections.Immutable;
using System.Globalization;
using Cofferdam.Model;
using Cofferdam.Protocol.Llb;

namespace Cofferdam.Engine;

/// <summary>What an http source's attributes ask for (BuildKit solver/pb/attr.go).</summary>
internal sealed record HttpSourceOptions
{
    /// <summary>What ids of secrets that are a host's token begin with; the host's name follows.</summary>
    public const string TokenPrefix = "HTTP_AUTH_TOKEN_";

    /// <summary>What ids of secrets that are a host's Authorization header begin with; the host's name follows.</summary>
    public const string HeaderPrefix = "HTTP_AUTH_HEADER_";

    // BuildKit's client serves a request body from standard input under this host.
    private const string SessionHost = "buildkit-session";

    public required Uri Address { get; init; }

    /// <summary>Whether the client itself serves it.</summary>
    public bool IsOfSession => Address.Host == SessionHost;

    /// <summary>What makes the server's answer: the same for requests that differ in the result's attributes only.</summary>
    public string RequestKey => Digest.Of(string.Join('\n', [Address.AbsoluteUri, AuthorizationSecret ?? string.Empty, .. Headers.Select(header => $"{header.Key}: {header.Value}")])).ToString();

    /// <summary>The name of the file in the result; null is the address's last part.</summary>
    public string? FileName { get; init; }

    /// <summary>The digest the content must have.</summary>
    public Digest? Checksum { get; init; }

    /// <summary>Permission bits of the file.</summary>
    public int Mode { get; init; } = 0x180; // 0600

    public int Uid { get; init; }

    public int Gid { get; init; }

    /// <summary>The id of a secret whose value is the Authorization header.</summary>
    public string? AuthorizationSecret { get; init; }

    /// <summary>More request headers, by their names in lower case.</summary>
    public ImmutableSortedDictionary<string, string> Headers { get; init; } = ImmutableSortedDictionary<string, string>.Empty;

    public static HttpSourceOptions Parse(SourceOp source)
    {
        if (!Uri.TryCreate(source.Identifier, UriKind.Absolute, out var address))
        {
            throw new InvalidInputException($"invalid address {Quote.Text(RedactedText.Of(source.Identifier))}");
        }

        var options = new HttpSourceOptions { Address = address };
        foreach (var (name, value) in source.Attrs)
        {
            options = name switch
            {
                "http.checksum" => options with { Checksum = Digest.Parse(value) },
                "http.filename" => options with { FileName = value },
                "http.perm" => options with { Mode = ParseMode(value) },
                "http.uid" => options with { Uid = ParseId(name, value) },
                "http.gid" => options with { Gid = ParseId(name, value) },
                "http.authheadersecret" => options with { AuthorizationSecret = value.Length == 0 ? null : value },
                _ when name.ToLowerInvariant() is "http.header.accept" or "http.header.user-agent" => options with { Headers = options.Headers.SetItem(name["http.header.".Length..].ToLowerInvariant(), value) },
                _ => throw new UnsupportedException($"attribute {Quote.Text(name)} of an http source is not supported yet"),
            };
        }

        return options;
    }

    /// <summary>The name of the file in the result: as asked for, as the server says, or the last part of the address.</summary>
    public string ResultName(string? givenName)
    {
        var given = givenName is null || givenName.EndsWith('/') ? null : givenName.Split('/')[^1];
        var name = FileName ?? (string.IsNullOrEmpty(given) ? Uri.UnescapeDataString(Address.AbsolutePath.TrimEnd('/')) : given);
        name = name.Split('/')[^1];
        return name is "" or "." or ".." || name.Contains('\0', StringComparison.Ordinal) ? "download" : name;
    }

    // Octal with a zero in front, as Go's ParseInt with base 0; nothing is the default.
    private static int ParseMode(string text)
    {
        const int All = 0xfff; // 07777
        var digits = text.StartsWith("0o", StringComparison.Ordinal) ? text[2..] : text;
        var isOctal = digits.StartsWith('0') || digits.Length < text.Length;
        if (digits.Length is 0 or > 8 || digits.AsSpan().ContainsAnyExcept(isOctal ? "01234567" : "0123456789"))
        {
            throw new InvalidInputException($"invalid http.perm {Quote.Text(text)} of an http source");
        }

        var mode = isOctal ? Convert.ToInt32(digits, 8) : int.Parse(digits, CultureInfo.InvariantCulture);
        return mode switch { 0 => 0x180, > All => throw new InvalidInputException($"invalid http.perm {Quote.Text(text)} of an http source"), _ => mode };
    }

    private static int ParseId(string name, string text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var id)
        ? id
        : throw new InvalidInputException($"invalid {name} {Quote.Text(text)} of an http source");
}
