using System.Text.Json.Nodes;
using Cofferdam.Model;

namespace Cofferdam.Cli.SecretSources;

/// <summary>Finds a token for Vault: one that is given, or of a login as an application or by the pod's service account.</summary>
internal sealed class VaultLogin(VaultServer server, SecretSurroundings surroundings)
{
    private const string PodToken = "/var/run/secrets/kubernetes.io/serviceaccount/token";

    /// <summary>The token.</summary>
    public async Task<string> GetTokenAsync(CancellationToken cancellationToken)
    {
        if (surroundings.Setting("VAULT_TOKEN") is { } token)
        {
            return token;
        }

        if (surroundings.Setting("VAULT_ROLE_ID") is { } role)
        {
            var body = new JsonObject { ["role_id"] = role };
            if (surroundings.Setting("VAULT_SECRET_ID") is { } secret)
            {
                body["secret_id"] = secret;
            }

            return await LogInAsync("AppRole", "approle", body, "check VAULT_ROLE_ID and VAULT_SECRET_ID, and VAULT_AUTH_PATH where the method is not at approle", cancellationToken);
        }

        if (surroundings.Setting("VAULT_KUBERNETES_ROLE") is { } account)
        {
            var body = new JsonObject { ["role"] = account, ["jwt"] = await ReadAsync(surroundings.Setting("VAULT_KUBERNETES_TOKEN_FILE") ?? PodToken, cancellationToken) };
            return await LogInAsync("Kubernetes", "kubernetes", body, "check VAULT_KUBERNETES_ROLE, and VAULT_AUTH_PATH where the method is not at kubernetes", cancellationToken);
        }

        var file = surroundings.Home is { } home ? Path.Combine(home, ".vault-token") : null;
        return file is not null && File.Exists(file)
            ? await ReadAsync(file, cancellationToken)
            : throw new SecretSourceException("there is no login for Vault") { Hint = "run vault login, or set VAULT_TOKEN, VAULT_ROLE_ID and VAULT_SECRET_ID, or VAULT_KUBERNETES_ROLE" };
    }

    private async Task<string> LogInAsync(string name, string method, JsonObject body, string hint, CancellationToken cancellationToken)
    {
        using var answer = await server.LogInAsync((surroundings.Setting("VAULT_AUTH_PATH") ?? method).Trim('/'), body, cancellationToken);
        return answer.IsSuccess && answer.Text("auth", "client_token") is { Length: > 0 } token
            ? token
            : throw new SecretSourceException($"Vault refuses the {name} login (status {(int)answer.Status})") { Hint = hint };
    }

    private static async Task<string> ReadAsync(string path, CancellationToken cancellationToken)
    {
        try
        {
            return (await File.ReadAllTextAsync(path, cancellationToken)).Trim();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new SecretSourceException($"the token in {Quote.Text(path)} can't be read", error);
        }
    }
}
