using System.Text;
using Cofferdam.Model;

namespace Cofferdam.Cli.SecretSources;

/// <summary>Finds an access token for Azure as its own programs do: variables, a federated token, the machine's identity, the login of its command line.</summary>
internal sealed class AzureLogin(SecretSurroundings surroundings)
{
    private const string LoginHint = "set AZURE_TENANT_ID, AZURE_CLIENT_ID and AZURE_CLIENT_SECRET, or run az login";

    /// <summary>The token for a resource, for example <c>https://vault.azure.net</c>.</summary>
    public async Task<string> GetTokenAsync(string resource, CancellationToken cancellationToken)
    {
        if (surroundings.Setting("AZURE_TENANT_ID") is { } tenant && surroundings.Setting("AZURE_CLIENT_ID") is { } client)
        {
            if (surroundings.Setting("AZURE_CLIENT_SECRET") is { } secret)
            {
                return await LogInAsync(tenant, client, resource, [new("client_secret", secret)], cancellationToken);
            }

            if (surroundings.Setting("AZURE_FEDERATED_TOKEN_FILE") is { } file)
            {
                return await LogInAsync(
                    tenant, client, resource, [new("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"), new("client_assertion", await ReadAsync(file, cancellationToken))], cancellationToken);
            }
        }

        if (surroundings.Setting("IDENTITY_ENDPOINT") is { } endpoint && surroundings.Setting("IDENTITY_HEADER") is { } header)
        {
            return await AskMachineAsync($"{endpoint}?api-version=2019-08-01&resource={Uri.EscapeDataString(resource)}", "X-IDENTITY-HEADER", header, cancellationToken);
        }

        var machine = surroundings.Setting("AZURE_POD_IDENTITY_AUTHORITY_HOST");
        if (machine is null && new CommandSource(surroundings) { Name = "az", Program = "az", Arguments = ["account", "get-access-token", "--resource", resource, "--query", "accessToken", "-o", "tsv"], EndsLine = true } is { IsThere: true } command)
        {
            using var token = await command.ReadAsync(cancellationToken);
            return token.Use(0, static (bytes, _) => Encoding.UTF8.GetString(bytes.Span));
        }

        return await AskMachineAsync(
            $"{machine ?? "http://169.254.169.254"}/metadata/identity/oauth2/token?api-version=2018-02-01&resource={Uri.EscapeDataString(resource)}", "Metadata", "true", cancellationToken);
    }

    private async Task<string> LogInAsync(string tenant, string client, string resource, KeyValuePair<string, string>[] proof, CancellationToken cancellationToken)
    {
        var authority = SecretHttp.SecureAddress(surroundings.Setting("AZURE_AUTHORITY_HOST") ?? "https://login.microsoftonline.com", "AZURE_AUTHORITY_HOST");
        var address = new Uri(authority, $"/{Uri.EscapeDataString(tenant)}/oauth2/v2.0/token");
        using var http = new SecretHttp(surroundings);
        using var answer = await http.SendAsync(
            () => new HttpRequestMessage(HttpMethod.Post, address)
            {
                Content = new FormUrlEncodedContent([new("grant_type", "client_credentials"), new("client_id", client), new("scope", resource + "/.default"), .. proof]),
            },
            cancellationToken);
        return answer.Token("an application of Azure", "check AZURE_TENANT_ID, AZURE_CLIENT_ID and AZURE_CLIENT_SECRET");
    }

    private async Task<string> AskMachineAsync(string address, string header, string value, CancellationToken cancellationToken)
    {
        var client = surroundings.Setting("AZURE_CLIENT_ID") is { } id ? "&client_id=" + Uri.EscapeDataString(id) : string.Empty;
        using var http = new SecretHttp(surroundings, isDirect: true);
        try
        {
            using var answer = await http.SendAsync(
                () =>
                {
                    var request = new HttpRequestMessage(HttpMethod.Get, SecretHttp.Address(address + client, "the address of the machine's identity"));
                    request.Headers.TryAddWithoutValidation(header, value);
                    return request;
                },
                cancellationToken);
            return answer.Token("the machine's managed identity", LoginHint);
        }
        catch (SecretSourceException error) when (error.InnerException is not null)
        {
            throw new SecretSourceException("there is no login for Azure", error) { Hint = LoginHint };
        }
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
