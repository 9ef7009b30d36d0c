using System.Net;
using System.Net.Http.Headers;
using Cofferdam.Model;
using Cofferdam.Secrets;

namespace Cofferdam.Cli.SecretSources;

/// <summary>A secret of Azure Key Vault.</summary>
/// <param name="reference"><c>VAULT/NAME[/VERSION][#KEY]</c>, or the secret's identifier, an address.</param>
/// <param name="surroundings">Where the login comes from.</param>
internal sealed class AzureSource(string reference, SecretSurroundings surroundings) : ISecretSource
{
    private const string ApiVersion = "7.4";
    private const string Form = "write it as azure:VAULT/NAME[/VERSION][#KEY], or azure:https://VAULT.vault.azure.net/secrets/NAME";

    // Where key vaults are: a token is sent to no other host.
    private static readonly string[] Domains = ["vault.azure.net", "vault.azure.cn", "vault.usgovcloudapi.net"];

    /// <inheritdoc/>
    public string Name { get; } = Quote.Text("azure:" + reference);

    /// <inheritdoc/>
    public async Task<SecretValue> ReadAsync(CancellationToken cancellationToken)
    {
        var name = KeyedReference.Parse(reference);
        var (address, domain) = Find(name.Path);
        var token = await new AzureLogin(surroundings).GetTokenAsync($"https://{domain}", cancellationToken);
        using var http = new SecretHttp(surroundings);
        using var answer = await http.SendAsync(
            () => new HttpRequestMessage(HttpMethod.Get, new Uri($"{address}?api-version={ApiVersion}")) { Headers = { Authorization = new AuthenticationHeaderValue("Bearer", token) } }, cancellationToken);
        return answer.Status switch
        {
            HttpStatusCode.NotFound => throw new SecretSourceException("there is no such secret") { Hint = Form },
            HttpStatusCode.Forbidden or HttpStatusCode.Unauthorized => throw new SecretSourceException($"Key Vault refuses it (status {(int)answer.Status})")
            {
                Hint = "the login needs the role Key Vault Secrets User, or an access policy with get, and the vault's firewall must let this machine in",
            },
            _ when answer.IsSuccess => name.Pick(answer.Find("value") ?? throw new SecretSourceException("the answer holds no value")),
            _ => throw new SecretSourceException($"Key Vault answered with status {(int)answer.Status}"),
        };
    }

    private static (string Address, string Domain) Find(string place)
    {
        Uri root;
        string[] path;
        if (place.Contains("://", StringComparison.Ordinal))
        {
            root = SecretHttp.SecureAddress(place, "the vault's address");
            path = root.AbsolutePath.Split('/', StringSplitOptions.RemoveEmptyEntries);
            path = path is ["secrets", .. var rest] ? rest : [];
        }
        else
        {
            var parts = place.Split('/');
            path = parts[1..];
            root = Uri.TryCreate($"https://{(parts[0].Contains('.', StringComparison.Ordinal) ? parts[0] : parts[0] + "." + Domains[0])}", UriKind.Absolute, out var named) ? named : throw new SecretSourceException("it names no vault") { Hint = Form };
        }

        if (path.Length is not (1 or 2) || !path.All(part => part.Length > 0 && part.All(letter => char.IsAsciiLetterOrDigit(letter) || letter == '-')))
        {
            throw new SecretSourceException("it names no secret") { Hint = Form };
        }

        var domain = Array.Find(Domains, domain => root.Host.EndsWith("." + domain, StringComparison.OrdinalIgnoreCase))
            ?? (root.IsLoopback ? Domains[0] : throw new SecretSourceException($"{Quote.Text(root.Host)} is no key vault of Azure") { Hint = "its host is VAULT.vault.azure.net, or that of another cloud of Azure" });
        return ($"{root.GetLeftPart(UriPartial.Authority)}/secrets/{string.Join('/', path)}", domain);
    }
}
