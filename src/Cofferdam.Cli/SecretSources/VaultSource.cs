using System.Net;
using Cofferdam.Model;
using Cofferdam.Secrets;

namespace Cofferdam.Cli.SecretSources;

/// <summary>A field of a secret in HashiCorp Vault's key/value store, version 1 or 2; which of them is asked of the server.</summary>
/// <param name="reference"><c>MOUNT/PATH[?version=N][#FIELD]</c>, as <c>vault kv get</c> takes it.</param>
/// <param name="surroundings">Where the server and the login come from.</param>
internal sealed class VaultSource(string reference, SecretSurroundings surroundings) : ISecretSource
{
    private const string PathHint = "check the path as vault kv get takes it: MOUNT/PATH[#FIELD], for example vault:secret/npm#token";

    /// <inheritdoc/>
    public string Name { get; } = Quote.Text("vault:" + reference);

    /// <inheritdoc/>
    public async Task<SecretValue> ReadAsync(CancellationToken cancellationToken)
    {
        var (place, field) = KeyedReference.Parse(reference);
        var (path, version) = place.Split("?version=", 2) is [var bare, var number] ? (bare, number) : (place, null);
        if (!path.Trim('/').Contains('/', StringComparison.Ordinal) || version is not null && !version.All(char.IsAsciiDigit))
        {
            throw new SecretSourceException("it names no secret") { Hint = PathHint };
        }

        using var http = new SecretHttp(surroundings, surroundings.Setting("VAULT_CACERT"));
        var server = new VaultServer(http, surroundings);
        var token = await new VaultLogin(server, surroundings).GetTokenAsync(cancellationToken);
        return await ReadAsync(server, token, path.Trim('/'), version, field, cancellationToken);
    }

    private static async Task<SecretValue> ReadAsync(VaultServer server, string token, string path, string? version, string? field, CancellationToken cancellationToken)
    {
        var mount = await FindMountAsync(server, token, path, cancellationToken);
        var address = mount is null ? path : $"{mount}data/{path[mount.Length..]}{(version is null ? string.Empty : "?version=" + version)}";
        using var answer = await server.GetAsync(address, token, cancellationToken);
        string[] data = mount is null ? ["data"] : ["data", "data"];
        if (answer.Status == HttpStatusCode.NotFound)
        {
            throw new SecretSourceException("there is no such secret, or it was deleted") { Hint = PathHint };
        }

        Check(answer);
        var name = field is { Length: > 0 } ? field : JsonAnswer.OnlyMember(answer.Body, data)
            ?? throw new SecretSourceException("it has several fields, or none") { Hint = "name one after the path: vault:" + path + "#FIELD" };
        return answer.Find([.. data, name]) ?? throw new SecretSourceException($"it has no field {Quote.Text(name)}") { Hint = "vault kv get shows the fields that there are" };
    }

    // As Vault's own command: servers of before version 0.10 know neither the question nor a second version. Null is version 1.
    private static async Task<string?> FindMountAsync(VaultServer server, string token, string path, CancellationToken cancellationToken)
    {
        using var answer = await server.GetAsync("sys/internal/ui/mounts/" + path, token, cancellationToken);
        if (answer.Status == HttpStatusCode.NotFound)
        {
            return null;
        }

        Check(answer);
        return answer.Text("data", "options", "version") == "2" && answer.Text("data", "path") is { Length: > 0 } mount && path.StartsWith(mount, StringComparison.Ordinal) ? mount : null;
    }

    private static void Check(SecretAnswer answer)
    {
        if (!answer.IsSuccess)
        {
            throw answer.Status == HttpStatusCode.Forbidden
                ? new SecretSourceException("Vault refuses it (status 403)") { Hint = "check that the token is valid and that its policy may read the path; with version 2 of the store that is MOUNT/data/PATH" }
                : new SecretSourceException($"Vault answered with status {(int)answer.Status}") { Hint = answer.Status == HttpStatusCode.ServiceUnavailable ? "it is sealed, or not ready: vault status" : "see the server's log" };
        }
    }
}
