namespace Cofferdam.UnitTests.Cli.SecretSources;

/// <summary>Against a look-alike of Vault of before version 0.10, which has version 1 of its key/value store and no question for it.</summary>
public sealed class VaultFirstVersionTests : RemoteSecretSourceContract
{
    public VaultFirstVersionTests()
    {
        Variables["VAULT_ADDR"] = Server.Root;
        Variables["VAULT_TOKEN"] = "token";
    }

    private protected override Cofferdam.Cli.SecretSources.ISecretSource Create() => new Cofferdam.Cli.SecretSources.VaultSource("kv/npm#token", Surroundings);

    protected override string ErrorBody(string text) => $$"""{"errors":[{{SecretReply.Quote(text)}}]}""";

    private protected override SecretReply Answer(SecretRequest request) => request.Target switch
    {
        "/v1/sys/internal/ui/mounts/kv/npm" => new SecretReply(404, """{"errors":["no handler for route"]}"""),
        "/v1/kv/npm" when Held is not null => new SecretReply(200, $$$"""{"lease_id":"","renewable":false,"lease_duration":2764800,"data":{"token":{{{SecretReply.Quote(Held)}}}}}"""),
        "/v1/kv/npm" => new SecretReply(404, """{"errors":[]}"""),
        _ => throw new FormatException("it was not expected"),
    };
}
