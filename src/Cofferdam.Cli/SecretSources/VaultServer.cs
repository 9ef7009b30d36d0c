using System.Text;
using System.Text.Json.Nodes;

namespace Cofferdam.Cli.SecretSources;

/// <summary>The API of a Vault server.</summary>
internal sealed class VaultServer(SecretHttp http, SecretSurroundings surroundings)
{
    private readonly Uri _root = new(SecretHttp.Address(
        surroundings.Setting("VAULT_ADDR") ?? throw new SecretSourceException("VAULT_ADDR is not set") { Hint = "set it to the server's address, for example https://vault.example.com:8200" }, "VAULT_ADDR").AbsoluteUri.TrimEnd('/') + "/v1/");

    /// <summary>Reads a path.</summary>
    public Task<SecretAnswer> GetAsync(string path, string token, CancellationToken cancellationToken) =>
        http.SendAsync(() => Create(HttpMethod.Get, path, token), cancellationToken);

    /// <summary>Logs in by a method.</summary>
    public Task<SecretAnswer> LogInAsync(string method, JsonObject body, CancellationToken cancellationToken) => http.SendAsync(
        () =>
        {
            var request = Create(HttpMethod.Post, $"auth/{method}/login", null);
            request.Content = new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json");
            return request;
        },
        cancellationToken);

    private HttpRequestMessage Create(HttpMethod method, string path, string? token)
    {
        var (plain, query) = path.Split('?', 2) is [var before, var after] ? (before, "?" + after) : (path, string.Empty);
        var request = new HttpRequestMessage(method, new Uri(_root, string.Join('/', plain.Split('/').Select(Uri.EscapeDataString)) + query));
        request.Headers.TryAddWithoutValidation("X-Vault-Request", "true");
        if (surroundings.Setting("VAULT_NAMESPACE") is { } space)
        {
            request.Headers.TryAddWithoutValidation("X-Vault-Namespace", space);
        }

        if (token is not null)
        {
            request.Headers.TryAddWithoutValidation("X-Vault-Token", token);
        }

        return request;
    }
}
