using Cofferdam.Cli.SecretSources;
using Xunit;

namespace Cofferdam.UnitTests.Cli.SecretSources;

/// <summary>Against a look-alike of Azure's login, of the identity of its machines, and of Key Vault.</summary>
public sealed class AzureSourceTests : RemoteSecretSourceContract
{
    private const string AccessToken = "eyJ.an.access-token";

    public AzureSourceTests()
    {
        Variables["AZURE_AUTHORITY_HOST"] = Server.Root + "/";
        Variables["AZURE_TENANT_ID"] = "tenant";
        Variables["AZURE_CLIENT_ID"] = "client";
        Variables["AZURE_CLIENT_SECRET"] = "a client's secret+/=";
        Variables["PATH"] = Directory;
    }

    [Theory]
    [InlineData("AZURE_CLIENT_SECRET=wrong", false)]
    [InlineData("AZURE_CLIENT_SECRET= AZURE_FEDERATED_TOKEN_FILE=jwt", true)]
    [InlineData("AZURE_TENANT_ID= IDENTITY_ENDPOINT=ROOT/msi/token IDENTITY_HEADER=proof", true)]
    [InlineData("AZURE_TENANT_ID= AZURE_CLIENT_ID= AZURE_POD_IDENTITY_AUTHORITY_HOST=ROOT", true)]
    [InlineData("AZURE_TENANT_ID= az=1", true)]
    public async Task Login_OfEachKind_GivesToken(string settings, bool isRight)
    {
        Give(Value);
        File.WriteAllText(Path.Combine(Directory, "jwt"), "a.federated.token\n");
        foreach (var setting in settings.Replace("ROOT", Server.Root, StringComparison.Ordinal).Split(' ').Select(setting => setting.Split('=')))
        {
            Variables[setting[0]] = setting[1] == "jwt" ? Path.Combine(Directory, "jwt") : setting[1];
        }

        if (Variables.ContainsKey("az"))
        {
            var az = Path.Combine(Directory, "az");
            File.WriteAllText(az, $"#!/bin/sh\n[ \"$*\" = 'account get-access-token --resource https://vault.azure.net --query accessToken -o tsv' ] && echo {AccessToken}\n");
            File.SetUnixFileMode(az, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        }

        if (isRight)
        {
            Assert.Equal(Value, await ReadAsync());
        }
        else
        {
            Assert.EndsWith("the login as an application of Azure was refused (status 401)", (await FailAsync()).Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Member_OfAValueThatIsJson_IsPicked()
    {
        Give($$"""{"user":"me","token":{{SecretReply.Quote(Value)}}}""");

        Assert.Equal(Value, await ReadAsync(new AzureSource(Server.Root + "/secrets/npm-token#token", Surroundings)));
    }

    [Theory]
    [InlineData("https://vault.example.com/secrets/npm", "\"vault.example.com\" is no key vault of Azure")]
    [InlineData("http://v.vault.azure.net/secrets/npm", "the vault's address is of http: what is sent could be read on its way")]
    [InlineData("company", "it names no secret")]
    [InlineData("company/a/b/c", "it names no secret")]
    [InlineData("company/..", "it names no secret")]
    public async Task Reference_ThatIsWrong_AsksNobody(string reference, string message)
    {
        Assert.Equal(message, (await Assert.ThrowsAsync<SecretSourceException>(() => new AzureSource(reference, Surroundings).ReadAsync(Token))).Message);
        Assert.Equal(0, Server.Count);
    }

    private protected override ISecretSource Create() => new AzureSource(Server.Root + "/secrets/npm-token", Surroundings);

    protected override string ErrorBody(string text) => $$$"""{"error":{"code":"Forbidden","message":{{{SecretReply.Quote(text)}}}}}""";

    private protected override SecretReply Answer(SecretRequest request)
    {
        switch (request.Target)
        {
            case "/tenant/oauth2/v2.0/token":
                var form = request.Form;
                Assert.Equal(("POST", "client_credentials", "client", "https://vault.azure.net/.default"), (request.Method, form["grant_type"], form["client_id"], form["scope"]));
                var isProven = form.TryGetValue("client_secret", out var secret)
                    ? secret == "a client's secret+/="
                    : form["client_assertion_type"] == "urn:ietf:params:oauth:client-assertion-type:jwt-bearer" && form["client_assertion"] == "a.federated.token";
                return isProven
                    ? new SecretReply(200, $$"""{"token_type":"Bearer","expires_in":3599,"access_token":"{{AccessToken}}"}""")
                    : new SecretReply(401, """{"error":"invalid_client","error_description":"AADSTS7000215: Invalid client secret provided."}""");
            case "/msi/token?api-version=2019-08-01&resource=https%3A%2F%2Fvault.azure.net&client_id=client":
                Assert.Equal("proof", request.Headers["X-IDENTITY-HEADER"]);
                return new SecretReply(200, $$"""{"access_token":"{{AccessToken}}","expires_on":"1","resource":"https://vault.azure.net"}""");
            case "/metadata/identity/oauth2/token?api-version=2018-02-01&resource=https%3A%2F%2Fvault.azure.net":
                Assert.Equal("true", request.Headers["Metadata"]);
                return new SecretReply(200, $$"""{"access_token":"{{AccessToken}}","expires_in":"3599"}""");
            case "/secrets/npm-token?api-version=7.4":
                Assert.Equal("Bearer " + AccessToken, request.Headers["Authorization"]);
                return Held is null
                    ? new SecretReply(404, """{"error":{"code":"SecretNotFound","message":"A secret with (name/id) npm-token was not found in this key vault."}}""")
                    : new SecretReply(200, $$$"""{"value":{{{SecretReply.Quote(Held)}}},"contentType":"text/plain","id":"https://company.vault.azure.net/secrets/npm-token/1","attributes":{"enabled":true}}""");
            default:
                throw new FormatException("it was not expected");
        }
    }
}
