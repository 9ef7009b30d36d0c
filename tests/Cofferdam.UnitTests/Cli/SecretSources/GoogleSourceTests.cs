using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Cofferdam.Cli.SecretSources;
using Xunit;

namespace Cofferdam.UnitTests.Cli.SecretSources;

/// <summary>Against a look-alike of Google's login, of the metadata of its machines, and of Secret Manager.</summary>
public sealed class GoogleSourceTests : RemoteSecretSourceContract
{
    private const string AccessToken = "ya29.an-access-token";

    private static readonly RSA s_key = RSA.Create(2048);

    private string? _sum;

    public GoogleSourceTests()
    {
        Variables["CLOUDSDK_API_ENDPOINT_OVERRIDES_SECRETMANAGER"] = Server.Root + "/";
        Variables["GOOGLE_APPLICATION_CREDENTIALS"] = "key.json";
        File.WriteAllText(Path.Combine(Directory, "key.json"), JsonSerializer.Serialize(new Dictionary<string, string>
        {
            ["type"] = "service_account",
            ["client_email"] = "build@project.iam.gserviceaccount.com",
            ["private_key_id"] = "key-1",
            ["private_key"] = s_key.ExportPkcs8PrivateKeyPem(),
            ["token_uri"] = Server.Root + "/token",
        }));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Sum_OfTheValue_IsChecked(bool isRight)
    {
        Give("123456789");
        _sum = isRight ? "3808858755" : "1"; // CRC-32C's check value, 0xE3069283

        if (isRight)
        {
            Assert.Equal("123456789", await ReadAsync());
        }
        else
        {
            Assert.EndsWith("the value was damaged on its way", (await FailAsync()).Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Version_IsAsked()
    {
        Give(Value);

        Assert.Equal(Value, await ReadAsync(new GoogleSource("projects/my-project/secrets/npm/versions/3", Surroundings)));
    }

    [Fact]
    public async Task Login_OfTheMachine_GivesToken()
    {
        Give(Value);
        Variables.Remove("GOOGLE_APPLICATION_CREDENTIALS");
        Variables["GCE_METADATA_HOST"] = new Uri(Server.Root).Authority;

        Assert.Equal(Value, await ReadAsync());
    }

    [Fact]
    public async Task Key_ThatIsDamaged_IsAnErrorWithoutIt()
    {
        File.WriteAllText(Path.Combine(Directory, "key.json"), """{"type":"service_account","client_email":"a@b","private_key":"-----BEGIN PRIVATE KEY-----\nnonsense\n-----END PRIVATE KEY-----\n"}""");

        Assert.DoesNotContain("nonsense", (await FailAsync()).ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("npm")]
    [InlineData("projects/p/secrets/../x")]
    [InlineData("projects/p/secrets/npm/versions/")]
    public async Task Reference_ThatIsWrong_AsksNobody(string reference)
    {
        Assert.Equal("it names no secret", (await Assert.ThrowsAsync<SecretSourceException>(() => new GoogleSource(reference, Surroundings).ReadAsync(Token))).Message);
        Assert.Equal(0, Server.Count);
    }

    private protected override ISecretSource Create() => new GoogleSource("projects/my-project/secrets/npm", Surroundings);

    protected override string ErrorBody(string text) => $$$"""{"error":{"code":403,"message":{{{SecretReply.Quote(text)}}},"status":"PERMISSION_DENIED"}}""";

    private protected override SecretReply Answer(SecretRequest request)
    {
        switch (request.Target)
        {
            case "/token":
                CheckAssertion(request);
                return new SecretReply(200, $$"""{"access_token":"{{AccessToken}}","expires_in":3599,"token_type":"Bearer"}""");
            case "/computeMetadata/v1/instance/service-accounts/default/token":
                Assert.Equal("Google", request.Headers["Metadata-Flavor"]);
                return new SecretReply(200, $$"""{"access_token":"{{AccessToken}}","expires_in":3599,"token_type":"Bearer"}""");
            case "/v1/projects/my-project/secrets/npm/versions/latest:access" or "/v1/projects/my-project/secrets/npm/versions/3:access":
                Assert.Equal("Bearer " + AccessToken, request.Headers["Authorization"]);
                return Held is null
                    ? new SecretReply(404, """{"error":{"code":404,"message":"Secret [projects/1/secrets/npm] not found or has no versions.","status":"NOT_FOUND"}}""")
                    : new SecretReply(200, $$$"""{"name":"projects/1/secrets/npm/versions/3","payload":{"data":"{{{Convert.ToBase64String(Encoding.UTF8.GetBytes(Held))}}}"{{{(_sum is null ? "" : $",\"dataCrc32c\":\"{_sum}\"")}}}}}""");
            default:
                throw new FormatException("it was not expected");
        }
    }

    private void CheckAssertion(SecretRequest request)
    {
        Assert.Equal("urn:ietf:params:oauth:grant-type:jwt-bearer", request.Form["grant_type"]);
        var parts = request.Form["assertion"].Split('.');
        Assert.Equal(3, parts.Length);
        Assert.True(s_key.VerifyData(Encoding.ASCII.GetBytes($"{parts[0]}.{parts[1]}"), Base64Url.DecodeFromChars(parts[2]), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1), "the signature is wrong");
        var header = JsonSerializer.Deserialize<Dictionary<string, string>>(Base64Url.DecodeFromChars(parts[0]))!;
        Assert.Equal(("RS256", "JWT", "key-1"), (header["alg"], header["typ"], header["kid"]));
        var claims = JsonSerializer.Deserialize<Dictionary<string, JsonElement>>(Base64Url.DecodeFromChars(parts[1]))!;
        Assert.Equal(
            ("build@project.iam.gserviceaccount.com", Server.Root + "/token", "https://www.googleapis.com/auth/cloud-platform", 3600L),
            (claims["iss"].GetString(), claims["aud"].GetString(), claims["scope"].GetString(), claims["exp"].GetInt64() - claims["iat"].GetInt64()));
        Assert.InRange(claims["iat"].GetInt64(), TimeProvider.System.GetUtcNow().ToUnixTimeSeconds() - 60, TimeProvider.System.GetUtcNow().ToUnixTimeSeconds() + 60);
    }
}
