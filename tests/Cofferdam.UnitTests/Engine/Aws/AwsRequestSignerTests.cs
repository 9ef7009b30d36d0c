using System.Net.Http.Headers;
using System.Security.Cryptography;
using Cofferdam.Engine;
using Xunit;

namespace Cofferdam.UnitTests.Engine.Aws;

public sealed class AwsRequestSignerTests
{
    private const string Empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
    private static readonly DateTimeOffset s_time = new(2013, 5, 24, 0, 0, 0, TimeSpan.Zero);

    // The examples of AWS's documentation of Signature Version 4 for S3.
    [Theory]
    [InlineData("https://examplebucket.s3.amazonaws.com/?lifecycle=", "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543")]
    [InlineData("https://examplebucket.s3.amazonaws.com/?max-keys=2&prefix=J", "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7")]
    public void Request_OfTheDocumentation_HasItsSignature(string address, string signature)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, address);

        new AwsRequestSigner(new AwsCredentials("AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", null), "us-east-1", "s3").Sign(request, Empty, s_time);

        Assert.Equal(
            $"AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request, SignedHeaders=host;x-amz-content-sha256;x-amz-date, Signature={signature}",
            Assert.Single(request.Headers.GetValues("Authorization")));
    }

    [Fact]
    public void SessionToken_IsSentAndSigned()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "https://b.s3.amazonaws.com/k");

        new AwsRequestSigner(new AwsCredentials("id", "key", "token"), "us-east-1", "s3").Sign(request, Empty, s_time);

        Assert.Equal("token", Assert.Single(request.Headers.GetValues("x-amz-security-token")));
        Assert.Contains("SignedHeaders=host;x-amz-content-sha256;x-amz-date;x-amz-security-token", Assert.Single(request.Headers.GetValues("Authorization")), StringComparison.Ordinal);
    }

    // As AWS's own library for Python (botocore 1.29) signs it.
    [Fact]
    public void Request_WithABody_HasTheSignatureOfAwsLibrary()
    {
        var body = "{\"SecretId\":\"build/npm\"}"u8.ToArray();
        using var request = new HttpRequestMessage(HttpMethod.Post, "https://secretsmanager.eu-central-1.amazonaws.com/") { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/x-amz-json-1.1");
        request.Headers.TryAddWithoutValidation("X-Amz-Target", "secretsmanager.GetSecretValue");

        new AwsRequestSigner(new AwsCredentials("AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", "token"), "eu-central-1", "secretsmanager")
            .Sign(request, Convert.ToHexStringLower(SHA256.HashData(body)), new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero));

        Assert.Equal(
            "AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20260102/eu-central-1/secretsmanager/aws4_request, SignedHeaders=content-type;host;x-amz-content-sha256;x-amz-date;x-amz-security-token;x-amz-target, Signature=98f3ba8fb4bd4a4a99a152265cd9e685e5539052bb899def212d5b6a1913dfb5",
            Assert.Single(request.Headers.GetValues("Authorization")));
    }
}
