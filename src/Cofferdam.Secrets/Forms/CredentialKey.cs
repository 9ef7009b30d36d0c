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

    /// <summary>The word of the list that the key contains, which may be shown; null when none does.</summary>
    internal static string? WordOf(ReadOnlySpan<byte> key)
    {
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
