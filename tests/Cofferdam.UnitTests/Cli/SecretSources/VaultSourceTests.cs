using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Cofferdam.Cli.SecretSources;
using Xunit;

namespace Cofferdam.UnitTests.Cli.SecretSources;

/// <summary>Against a look-alike of Vault with version 2 of its key/value store.</summary>
public sealed class VaultSourceTests : RemoteSecretSourceContract
{
    private const string VaultToken = "hvs.a-token";

    public VaultSourceTests()
    {
        Variables["VAULT_ADDR"] = Server.Root + "/";
        Variables["VAULT_TOKEN"] = VaultToken;
        Variables["HOME"] = Directory;
    }

    private string? Namespace { get; set; }

    [Theory]
    [InlineData("secret/app/npm?version=3#token", Value)]
    [InlineData("secret/app/npm", null)] // two fields
    [InlineData("secret/app/npm#port", "8080")]
    [InlineData("secret/app/npm#nothing", null)]
    [InlineData("secret/app/npm#absent", null)]
    [InlineData("secret", null)]
    [InlineData("secret/app/npm?version=new#token", null)]
    public async Task Reference_Spelling_NamesField(string reference, string? expected)
    {
        Give(Value);
        var source = new VaultSource(reference, Surroundings);

        Assert.Equal(expected, expected is null ? (await Assert.ThrowsAsync<SecretSourceException>(() => source.ReadAsync(Token))).Message.Length > 0 ? null : "" : await ReadAsync(source));
    }

    [Fact]
    public async Task Field_ThatIsTheOnlyOne_NeedNotBeNamed()
    {
        Give(Value);

        Assert.Equal(Value, await ReadAsync(new VaultSource("secret/app/one", Surroundings)));
    }

    [Fact]
    public async Task Namespace_IsSent()
    {
        Give(Value);
        Variables["VAULT_NAMESPACE"] = Namespace = "team/a";

        Assert.Equal(Value, await ReadAsync());
    }

    [Theory]
    [InlineData("VAULT_TOKEN=hvs.other", null)]
    [InlineData("file=hvs.a-token", Value)]
    [InlineData("VAULT_ROLE_ID=role VAULT_SECRET_ID=proof", Value)]
    [InlineData("VAULT_ROLE_ID=role VAULT_SECRET_ID=wrong", null)]
    [InlineData("VAULT_ROLE_ID=role VAULT_SECRET_ID=proof VAULT_AUTH_PATH=apps", Value)]
    [InlineData("VAULT_KUBERNETES_ROLE=builder", Value)]
    [InlineData("VAULT_KUBERNETES_ROLE=other", null)]
    [InlineData("", null)]
    public async Task Login_OfEachKind_GivesToken(string settings, string? expected)
    {
        Give(Value);
        Variables.Remove("VAULT_TOKEN");
        File.WriteAllText(Path.Combine(Directory, "jwt"), "a.service.account\n");
        Variables["VAULT_KUBERNETES_TOKEN_FILE"] = Path.Combine(Directory, "jwt");
        foreach (var setting in settings.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(setting => setting.Split('=')))
        {
            if (setting[0] == "file")
            {
                File.WriteAllText(Path.Combine(Directory, ".vault-token"), setting[1]);
            }
            else
            {
                Variables[setting[0]] = setting[1];
            }
        }

        if (expected is not null)
        {
            Assert.Equal(expected, await ReadAsync());
            return;
        }

        var error = await FailAsync();
        Assert.NotNull(error.Hint);
        Assert.DoesNotContain("wrong", error.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("hvs.other", error.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Certificate_OfTheServer_IsChecked(bool isTrusted)
    {
        Give(Value);
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=vault", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(System.Net.IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        var now = TimeProvider.System.GetUtcNow();
        using var certificate = request.CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
        using var server = new SecretServer(Answer, certificate);
        Variables["VAULT_ADDR"] = server.Root;
        File.WriteAllText(Path.Combine(Directory, "ca.pem"), certificate.ExportCertificatePem());
        if (isTrusted)
        {
            Variables["VAULT_CACERT"] = Path.Combine(Directory, "ca.pem");
            Assert.Equal(Value, await ReadAsync());
        }
        else
        {
            Assert.Contains("certificate", (await FailAsync()).Message, StringComparison.Ordinal);
            Assert.Equal(0, server.Count);
        }
    }

    private protected override ISecretSource Create() => new VaultSource("secret/app/npm#token", Surroundings);

    protected override string ErrorBody(string text) => $$"""{"errors":[{{SecretReply.Quote(text)}}]}""";

    private protected override SecretReply Answer(SecretRequest request)
    {
        Assert.Equal("true", request.Headers["X-Vault-Request"]);
        Assert.Equal(Namespace, request.Headers["X-Vault-Namespace"]);
        return request.Method == "POST" ? LogIn(request)
            : request.Headers["X-Vault-Token"] != VaultToken ? new SecretReply(403, """{"errors":["permission denied"]}""")
            : Read(request.Target);
    }

    private SecretReply Read(string target) => target switch
    {
        "/v1/sys/internal/ui/mounts/secret/app/npm" or "/v1/sys/internal/ui/mounts/secret/app/one" =>
            new SecretReply(200, """{"request_id":"1","data":{"accessor":"kv_1","options":{"version":"2"},"path":"secret/","type":"kv"}}"""),
        _ when Held is null => new SecretReply(404, """{"errors":[]}"""),
        "/v1/secret/data/app/npm" or "/v1/secret/data/app/npm?version=3" => new SecretReply(
            200, $$$$"""{"request_id":"2","lease_id":"","data":{"data":{"port":8080,"nothing":null,"token":{{{{SecretReply.Quote(Held)}}}}},"metadata":{"version":3,"destroyed":false}}}"""),
        "/v1/secret/data/app/one" => new SecretReply(200, $$$$"""{"data":{"data":{"only":{{{{SecretReply.Quote(Held)}}}}},"metadata":{"version":1}}}"""),
        _ => throw new FormatException("it was not expected"),
    };

    private static SecretReply LogIn(SecretRequest request)
    {
        Assert.Null(request.Headers["X-Vault-Token"]);
        var body = request.Json.ToDictionary(member => member.Key, member => member.Value.GetString());
        var isRight = request.Target switch
        {
            "/v1/auth/approle/login" or "/v1/auth/apps/login" => body is { Count: 2 } && body["role_id"] == "role" && body["secret_id"] == "proof",
            "/v1/auth/kubernetes/login" => body is { Count: 2 } && body["role"] == "builder" && body["jwt"] == "a.service.account",
            _ => throw new FormatException("it was not expected"),
        };
        return isRight
            ? new SecretReply(200, $$$"""{"data":null,"auth":{"client_token":"{{{VaultToken}}}","policies":["default"],"lease_duration":1200,"renewable":true}}""")
            : new SecretReply(400, """{"errors":["invalid role or secret ID"]}""");
    }
}
