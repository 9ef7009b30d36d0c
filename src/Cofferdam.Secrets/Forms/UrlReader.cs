using Cofferdam.Secrets.Memory;

namespace Cofferdam.Secrets.Forms;

/// <summary>Users and passwords of URLs, values of their queries, and random looking segments of their paths.</summary>
internal sealed class UrlReader : IFormReader
{
    public string Name => "URL";

    public void Read(ReadOnlySpan<byte> text, PartList parts)
    {
        // A text that is nothing but a URL is no text of lines either.
        if (ReadUrls(text, parts) && Ascii.Trim(text).IndexOfAny(" \t\n"u8) < 0)
        {
            parts.IsStructured = true;
        }
    }

    /// <summary>Adds what the URLs within hold; true when the text begins with one.</summary>
    internal static bool ReadUrls(ReadOnlySpan<byte> text, PartList parts)
    {
        var isUrl = false;
        for (var from = 0; from < text.Length;)
        {
            var scheme = text[from..].IndexOf("://"u8);
            if (scheme < 0)
            {
                return isUrl;
            }

            isUrl |= from == 0 && scheme is > 0 and < 16 && text[..scheme].IndexOfAny(" \t\r\n=\"'"u8) < 0;
            var rest = text[(from + scheme + 3)..];
            var end = rest.IndexOfAny(" \t\r\n\"'<>`"u8);
            ReadUrl(end < 0 ? rest : rest[..end], parts);
            from += scheme + 3;
        }

        return isUrl;
    }

    private static void ReadUrl(ReadOnlySpan<byte> url, PartList parts)
    {
        // The last @ before the path ends the credentials: passwords with an unescaped @ are common.
        var pathAt = url.IndexOfAny("/?#"u8);
        var at = (pathAt < 0 ? url : url[..pathAt]).LastIndexOf((byte)'@');
        if (at > 0)
        {
            AddUserInfo(url[..at], parts);
        }

        var path = pathAt < 0 ? [] : url[pathAt..];
        var question = path.IndexOf((byte)'?');
        AddQuery(question < 0 ? [] : path[(question + 1)..], parts);
        path = question < 0 ? path : path[..question];
        foreach (var segment in path.Split((byte)'/'))
        {
            parts.Add("URL path segment", PartRole.Candidate, path[segment]);
        }
    }

    private static void AddUserInfo(ReadOnlySpan<byte> userInfo, PartList parts)
    {
        var colon = userInfo.IndexOf((byte)':');
        var password = colon < 0 ? userInfo : userInfo[(colon + 1)..];
        parts.Add(colon < 0 ? "URL user" : "URL password", colon < 0 ? PartRole.Candidate : PartRole.Credential, password);
        parts.Add("URL user:password", PartRole.Pair, userInfo);
        using var decoded = new SecretWriter();
        Decode(userInfo, decoded);
        var decodedColon = decoded.Written.IndexOf((byte)':');
        if (colon >= 0 && decodedColon >= 0)
        {
            UserPasswordReader.Add(parts, "URL decoded", decoded.Written[..decodedColon], decoded.Written[(decodedColon + 1)..]);
        }
    }

    private static void AddQuery(ReadOnlySpan<byte> query, PartList parts)
    {
        foreach (var pair in query.Split((byte)'&'))
        {
            var equals = query[pair].IndexOf((byte)'=');
            if (equals > 0)
            {
                using var decoded = new SecretWriter();
                Decode(query[pair][(equals + 1)..], decoded);
                var role = CredentialKey.WordOf(query[pair][..equals]) is null ? PartRole.Candidate : PartRole.Credential;
                parts.Add("URL query value", role, decoded.Written);
            }
        }
    }

    private static void Decode(ReadOnlySpan<byte> text, SecretWriter decoded)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '%' && i + 2 < text.Length && Ascii.Hex(text[i + 1]) >= 0 && Ascii.Hex(text[i + 2]) >= 0)
            {
                decoded.Add((byte)((Ascii.Hex(text[i + 1]) << 4) | Ascii.Hex(text[i + 2])));
                i += 2;
            }
            else
            {
                decoded.Add(text[i]);
            }
        }
    }
}
