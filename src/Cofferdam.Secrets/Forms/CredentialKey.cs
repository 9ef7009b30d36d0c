namespace Cofferdam.Secrets.Forms;

/// <summary>Tells from a key whether its value is a credential.</summary>
internal static class CredentialKey
{
    private static readonly byte[][] Words =
    [
        "password"u8.ToArray(), "passwd"u8.ToArray(), "passphrase"u8.ToArray(), "_authtoken"u8.ToArray(), "token"u8.ToArray(), "secret"u8.ToArray(), "credential"u8.ToArray(),
        "apikey"u8.ToArray(), "api_key"u8.ToArray(), "api-key"u8.ToArray(), "access_key"u8.ToArray(), "accesskey"u8.ToArray(), "account_key"u8.ToArray(), "accountkey"u8.ToArray(),
        "private"u8.ToArray(), "signature"u8.ToArray(), "auth"u8.ToArray(), "pass"u8.ToArray(), "pwd"u8.ToArray(), "webhook"u8.ToArray(), "connectionstring"u8.ToArray(),
    ];

    // `secretName`, `passwordFile`, `token_endpoint`: about a credential, and none.
    private static readonly byte[][] AboutEnds =
    [
        "name"u8.ToArray(), "file"u8.ToArray(), "path"u8.ToArray(), "dir"u8.ToArray(), "url"u8.ToArray(), "uri"u8.ToArray(), "endpoint"u8.ToArray(), "host"u8.ToArray(), "server"u8.ToArray(),
        "type"u8.ToArray(), "method"u8.ToArray(), "mode"u8.ToArray(), "provider"u8.ToArray(), "realm"u8.ToArray(), "ttl"u8.ToArray(), "id"u8.ToArray(), "email"u8.ToArray(), "ref"u8.ToArray(),
        "mechanism"u8.ToArray(), "scheme"u8.ToArray(), "class"u8.ToArray(), "version"u8.ToArray(), "algorithm"u8.ToArray(), "issuer"u8.ToArray(), "audience"u8.ToArray(), "scope"u8.ToArray(),
    ];

    /// <summary>The word of the list that the key contains, which may be shown; null when none does.</summary>
    internal static string? WordOf(ReadOnlySpan<byte> key)
    {
        foreach (var end in AboutEnds)
        {
            if (key.Length > end.Length && Ascii.EqualsIgnoreCase(key[^end.Length..], end))
            {
                return null;
            }
        }

        foreach (var word in Words)
        {
            if (Ascii.ContainsIgnoreCase(key, word))
            {
                return System.Text.Encoding.ASCII.GetString(word);
            }
        }

        return Ascii.EqualsIgnoreCase(key, "key"u8) || EndsWithKey(key) ? "key" : null;
    }

    private static bool EndsWithKey(ReadOnlySpan<byte> key) =>
        key.Length > 4 && Ascii.EqualsIgnoreCase(key[^3..], "key"u8) && (!Ascii.IsLetter(key[^4]) || key[^3] == 'K') && !Ascii.ContainsIgnoreCase(key, "public"u8);
}
