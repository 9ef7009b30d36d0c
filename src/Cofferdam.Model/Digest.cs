using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;

namespace Cofferdam.Model;

/// <summary>The name of content: an algorithm and the hash of the bytes, written <c>sha256:…</c> (OCI image-spec, descriptor.md#digests).</summary>
[System.Text.Json.Serialization.JsonConverter(typeof(DigestJsonConverter))]
public readonly record struct Digest
{
    private const int MaxStackBytes = 2048;
    private const string Sha256Prefix = "sha256:";

    private readonly string? _text;

    private Digest(string text) => _text = text;

    /// <summary>The hash algorithm, for example <c>sha256</c>.</summary>
    public string Algorithm => Text[..Text.IndexOf(':', StringComparison.Ordinal)];

    /// <summary>The hash in lower-case hexadecimal.</summary>
    public string Hex => Text[(Text.IndexOf(':', StringComparison.Ordinal) + 1)..];

    /// <summary>Whether this is the default value, which names nothing.</summary>
    public bool IsEmpty => _text is null;

    private string Text => _text ?? throw new InvalidOperationException("an empty digest has no text");

    /// <summary>Reads a digest; throws <see cref="InvalidInputException"/> when it is not a supported one.</summary>
    public static Digest Parse(string text) =>
        TryParse(text, out var digest) ? digest : throw new InvalidInputException($"invalid digest {Quote.Text(text)}");

    /// <summary>Reads a digest with algorithm sha256, sha384 or sha512.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out Digest digest)
    {
        digest = default;
        var colon = text?.IndexOf(':', StringComparison.Ordinal) ?? -1;
        if (text is null || colon < 0)
        {
            return false;
        }

        var length = text.AsSpan(0, colon) switch { "sha256" => 64, "sha384" => 96, "sha512" => 128, _ => -1 };
        var hex = text.AsSpan(colon + 1);
        if (hex.Length != length || hex.ContainsAnyExcept("0123456789abcdef"))
        {
            return false;
        }

        digest = new Digest(text);
        return true;
    }

    /// <summary>The digest that a finished SHA-256 hash gives.</summary>
    public static Digest FromSha256(ReadOnlySpan<byte> hash) => new(string.Create(Sha256Prefix.Length + (2 * hash.Length), hash, static (text, bytes) =>
    {
        Sha256Prefix.CopyTo(text);
        Convert.TryToHexStringLower(bytes, text[Sha256Prefix.Length..], out _);
    }));

    /// <summary>The SHA-256 digest of some bytes.</summary>
    public static Digest Of(ReadOnlySpan<byte> content)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(content, hash);
        return FromSha256(hash);
    }

    /// <summary>The SHA-256 digest of a text in UTF-8.</summary>
    public static Digest Of(string content)
    {
        var most = Encoding.UTF8.GetMaxByteCount(content.Length);
        if (most > MaxStackBytes)
        {
            return Of(Encoding.UTF8.GetBytes(content));
        }

        Span<byte> bytes = stackalloc byte[most];
        return Of(bytes[..Encoding.UTF8.GetBytes(content, bytes)]);
    }

    /// <inheritdoc/>
    public override int GetHashCode() => _text is null ? 0 : string.GetHashCode(_text.AsSpan(_text.Length - 16)); // as good as all of it

    /// <inheritdoc/>
    public override string ToString() => _text ?? string.Empty;
}
