using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Xunit;

namespace Cofferdam.UnitTests.Cli.SecretSources;

/// <summary>Checks Signature Version 4 of a request as AWS's documentation describes it, written independently of what signs.</summary>
internal static partial class AwsSignature
{
    public static void Check(SecretRequest request, string keyId, string key, string region, string service)
    {
        var match = Form().Match(request.Headers["Authorization"]!);
        Assert.True(match.Success, "its Authorization has another form");
        var (date, signed) = (request.Headers["X-Amz-Date"]!, match.Groups["headers"].Value.Split(';'));
        Assert.Equal($"{keyId}/{date[..8]}/{region}/{service}/aws4_request", match.Groups["credential"].Value);
        Assert.Equal(signed.Order(StringComparer.Ordinal), signed);
        Assert.Subset(signed.ToHashSet(), new HashSet<string> { "host", "content-type", "x-amz-date", "x-amz-target" });

        var canonical = new StringBuilder($"{request.Method}\n{request.Target}\n\n");
        foreach (var name in signed)
        {
            canonical.Append($"{name}:{request.Headers[name]!.Trim()}\n");
        }

        canonical.Append($"\n{match.Groups["headers"].Value}\n{Hex(SHA256.HashData(request.Body))}");
        var text = $"AWS4-HMAC-SHA256\n{date}\n{date[..8]}/{region}/{service}/aws4_request\n{Hex(SHA256.HashData(Encoding.UTF8.GetBytes(canonical.ToString())))}";
        var signing = new[] { date[..8], region, service, "aws4_request" }.Aggregate(Encoding.UTF8.GetBytes("AWS4" + key), (mac, part) => HMACSHA256.HashData(mac, Encoding.UTF8.GetBytes(part)));
        Assert.Equal(Hex(HMACSHA256.HashData(signing, Encoding.UTF8.GetBytes(text))), match.Groups["signature"].Value);
    }

    private static string Hex(byte[] bytes) => Convert.ToHexStringLower(bytes);

    [GeneratedRegex("^AWS4-HMAC-SHA256 Credential=(?<credential>[^,]+), SignedHeaders=(?<headers>[^,]+), Signature=(?<signature>[0-9a-f]{64})$")]
    private static partial Regex Form();
}
