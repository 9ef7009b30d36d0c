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

    /// <summary>Permission bits of the file as they were given; zero where none were.</summary>
    public int GivenMode { get; init; }

    /// <summary>Permission bits of the file.</summary>
    public int Mode => GivenMode == 0 ? 0x180 : GivenMode; // 0600

    public int Uid { get; init; }

    public int Gid { get; init; }

    /// <summary>The id of a secret whose value is the Authorization header.</summary>
    public string? AuthorizationSecret { get; init; }

    /// <summary>Armored public keys of OpenPGP and an armored signature of the content by one of them; null where it need not be signed.</summary>
    public (string PublicKeys, string Value)? Signature { get; init; }

    /// <summary>More request headers, by their names in lower case.</summary>
    public ImmutableSortedDictionary<string, string> Headers { get; init; } = ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>What names the result, as BuildKit has it (source/http): its content, what the file is like, and how it was asked for.</summary>
    /// <param name="fileName">The name of the file in the result.</param>
    /// <param name="content">The content's digest.</param>
    /// <param name="modified">When the server says it was changed; null where that is not known, or not asked for.</param>
    public Digest ResultKey(string fileName, Digest content, DateTimeOffset? modified) => OperationDigests.OfSource(Digest.Of(GoJson.Object(json => json
        .RequiredText("Filename", fileName)
        .RequiredNumber("Perm", GivenMode)
        .RequiredNumber("UID", Uid)
        .RequiredNumber("GID", Gid)
        .RequiredText("Checksum", content.ToString())
        .Text("LastModTime", modified?.ToString("R", CultureInfo.InvariantCulture) ?? string.Empty)
        .Text("AuthHeaderSecret", AuthorizationSecret ?? string.Empty)
        .List("Header", Headers.Select(header => GoJson.Object(field => field.RequiredText("Name", CanonicalName(header.Key)).RequiredText("Value", header.Value)))))).ToString());

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
                "http.perm" => options with { GivenMode = ParseMode(value) },
                "http.uid" => options with { Uid = ParseId(name, value) },
                "http.gid" => options with { Gid = ParseId(name, value) },
                SourceAttributes.HttpSignature => options with { Signature = (options.Signature?.PublicKeys ?? string.Empty, value) },
                SourceAttributes.HttpSignaturePublicKey => options with { Signature = (value, options.Signature?.Value ?? string.Empty) },
                "http.authheadersecret" => options with { AuthorizationSecret = value.Length == 0 ? null : value },
                _ when name.ToLowerInvariant() is "http.header.accept" or "http.header.user-agent" => options with { Headers = options.Headers.SetItem(name["http.header.".Length..].ToLowerInvariant(), value) },
                _ => throw new UnsupportedException($"attribute {Quote.Text(name)} of an http source is not supported yet"),
            };
        }

        // Two empty ones ask for nothing that any content could have.
        return options.Signature is { } signature && signature.PublicKeys.Length > 0 != signature.Value.Length > 0
            ? throw new InvalidInputException("verifying the signature of an http source requires both public keys and a signature")
            : options;
    }

    /// <summary>The name of the file in the result: as asked for, as the server says, or the last part of the address.</summary>
    public string ResultName(string? givenName)
    {
        var given = givenName is null || givenName.EndsWith('/') ? null : givenName.Split('/')[^1];
        var name = FileName ?? (string.IsNullOrEmpty(given) ? Uri.UnescapeDataString(Address.AbsolutePath.TrimEnd('/')) : given);
        name = name.Trim().TrimEnd('/').Split('/')[^1];
        return name is "" or "." or ".." || name.Any(char.IsControl) ? "download" : name;
    }

    // Octal with a zero in front, as Go's ParseInt with base 0.
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
        return mode <= All ? mode : throw new InvalidInputException($"invalid http.perm {Quote.Text(text)} of an http source");
    }

    // As Go writes a header's name.
    private static string CanonicalName(string name) => string.Join('-', name.Split('-').Select(part => char.ToUpperInvariant(part[0]) + part[1..]));

    private static int ParseId(string name, string text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var id)
        ? id
        : throw new InvalidInputException($"invalid {name} {Quote.Text(text)} of an http source");
}
