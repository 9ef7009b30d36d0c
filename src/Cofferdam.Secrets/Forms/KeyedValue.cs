using Cofferdam.Secrets.Memory;

namespace Cofferdam.Secrets.Forms;

/// <summary>Sorts a value that stands under a key: by the key, and by what is in the value itself.</summary>
internal static class KeyedValue
{
    internal static void Add(PartList parts, string format, ReadOnlySpan<byte> key, ReadOnlySpan<byte> value)
    {
        value = Ascii.Trim(value);
        if (value.IsEmpty)
        {
            return;
        }

        var word = CredentialKey.WordOf(key);
        var isKnownText = PemReader.ReadBlocks(value, parts) | UrlReader.ReadUrls(value, parts);
        if (!isKnownText)
        {
            parts.Add($"{format} {word ?? "value"}", word is null ? PartRole.Candidate : PartRole.Credential, value);
        }

        if (word is not null)
        {
            AddDecoded(parts, format, key, value);
        }
    }

    /// <summary>Docker and npm keep <c>user:password</c> (<c>auth</c>, <c>_auth</c>), npm also a password alone (<c>_password</c>), in base64.</summary>
    private static void AddDecoded(PartList parts, string format, ReadOnlySpan<byte> key, ReadOnlySpan<byte> value)
    {
        var isPair = key.EndsWith("auth"u8);
        if (!isPair && !key.EndsWith("_password"u8))
        {
            return;
        }

        using var decoded = new SecretWriter();
        if (!Base64Text.TryDecode(value, decoded) || decoded.Written.IndexOfAnyInRange((byte)0, (byte)0x1f) >= 0)
        {
            return;
        }

        var colon = decoded.Written.IndexOf((byte)':');
        if (isPair && colon > 0)
        {
            UserPasswordReader.Add(parts, $"{format} auth", decoded.Written[..colon], decoded.Written[(colon + 1)..]);
        }
        else if (!isPair)
        {
            parts.Add($"{format} password decoded", PartRole.Credential, decoded.Written);
        }
    }
}
