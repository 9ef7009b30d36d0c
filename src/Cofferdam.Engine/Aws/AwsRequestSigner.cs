using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Cofferdam.Engine;

/// <summary>Signs requests as AWS asks for it (Signature Version 4).</summary>
/// <param name="credentials">With what.</param>
/// <param name="region">The service's region.</param>
/// <param name="service">The service's name in signatures, for example <c>s3</c>.</param>
public sealed class AwsRequestSigner(AwsCredentials credentials, string region, string service)
{
    private const string Algorithm = "AWS4-HMAC-SHA256";

    /// <summary>Adds the headers that prove who asks. All <c>x-amz-</c> headers there are become part of the signature, and the type of a body that has one.</summary>
    /// <param name="request">The request; its address is escaped as it is sent (only S3 takes one with other than plain letters in its path), its parameters are in order.</param>
    /// <param name="bodyHash">The SHA-256 of the body.</param>
    /// <param name="now">The time.</param>
    public void Sign(HttpRequestMessage request, string bodyHash, DateTimeOffset now)
    {
        var time = now.UtcDateTime.ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture);
        request.Headers.TryAddWithoutValidation("x-amz-date", time);
        request.Headers.TryAddWithoutValidation("x-amz-content-sha256", bodyHash);
        if (credentials.SessionToken is { } token)
        {
            request.Headers.TryAddWithoutValidation("x-amz-security-token", token);
        }

        var headers = request.Headers.NonValidated
            .Where(header => header.Key.StartsWith("x-amz-", StringComparison.OrdinalIgnoreCase))
            .Select(header => (Name: header.Key.ToLowerInvariant(), Value: header.Value.ToString().Trim()))
            .Append((Name: "host", Value: request.RequestUri!.Authority))
            .Concat(request.Content?.Headers.ContentType is { } type ? [(Name: "content-type", Value: type.ToString())] : [])
            .OrderBy(header => header.Name, StringComparer.Ordinal)
            .ToList();
        var names = string.Join(';', headers.Select(header => header.Name));
        var canonical = $"{request.Method}\n{request.RequestUri!.AbsolutePath}\n{request.RequestUri.Query.TrimStart('?')}\n{string.Concat(headers.Select(header => $"{header.Name}:{header.Value}\n"))}\n{names}\n{bodyHash}";
        var scope = $"{time[..8]}/{region}/{service}/aws4_request";
        var toSign = $"{Algorithm}\n{time}\n{scope}\n{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(canonical)))}";
        request.Headers.TryAddWithoutValidation("Authorization", $"{Algorithm} Credential={credentials.AccessKeyId}/{scope}, SignedHeaders={names}, Signature={Convert.ToHexStringLower(Mac(Key(time[..8]), toSign))}");
    }

    private byte[] Key(string day) => Mac(Mac(Mac(Mac(Encoding.UTF8.GetBytes("AWS4" + credentials.SecretAccessKey), day), region), service), "aws4_request");

    private static byte[] Mac(byte[] key, string text) => HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(text));
}
