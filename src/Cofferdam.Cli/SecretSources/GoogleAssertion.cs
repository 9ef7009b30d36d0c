using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace Cofferdam.Cli.SecretSources;

/// <summary>What a service account proves itself with: a token that it signs itself (RFC 7523, RS256).</summary>
internal static class GoogleAssertion
{
    private const string Scope = "https://www.googleapis.com/auth/cloud-platform";

    private static readonly TimeSpan Lifetime = TimeSpan.FromHours(1);

    /// <summary>Makes one of a key file.</summary>
    /// <param name="file">The file's content.</param>
    /// <param name="audience">The token server.</param>
    /// <param name="now">The time.</param>
    public static string Create(ReadOnlySpan<byte> file, string audience, DateTimeOffset now)
    {
        var header = new JsonObject { ["alg"] = "RS256", ["typ"] = "JWT" };
        if (JsonAnswer.Text(file, "private_key_id") is { } key)
        {
            header["kid"] = key;
        }

        var claims = new JsonObject
        {
            ["iss"] = JsonAnswer.Text(file, "client_email") ?? throw new SecretSourceException("the key of the service account has no client_email"),
            ["scope"] = Scope,
            ["aud"] = audience,
            ["iat"] = now.ToUnixTimeSeconds(),
            ["exp"] = (now + Lifetime).ToUnixTimeSeconds(),
        };
        var signed = $"{Encode(header)}.{Encode(claims)}";
        return $"{signed}.{Base64Url.EncodeToString(Sign(file, Encoding.ASCII.GetBytes(signed)))}";
    }

    private static byte[] Sign(ReadOnlySpan<byte> file, byte[] text)
    {
        using var pem = JsonAnswer.Find(file, ["private_key"]) ?? throw new SecretSourceException("the key of the service account has no private_key");
        return pem.Use(text, static (bytes, signed) =>
        {
            var letters = GC.AllocateUninitializedArray<char>(bytes.Length, pinned: true);
            using var key = RSA.Create();
            try
            {
                key.ImportFromPem(letters.AsSpan(0, Encoding.ASCII.GetChars(bytes.Span, letters)));
                return key.SignData(signed, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
            }
            catch (Exception error) when (error is CryptographicException or ArgumentException)
            {
                throw new SecretSourceException("the private_key of the service account can't be read");
            }
            finally
            {
                letters.AsSpan().Clear();
            }
        });
    }

    private static string Encode(JsonObject json) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(json.ToJsonString()));
}
