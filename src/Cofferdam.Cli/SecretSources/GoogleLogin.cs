using Cofferdam.Model;

namespace Cofferdam.Cli.SecretSources;

/// <summary>Finds an access token for Google Cloud as its own libraries do: the file of a service account or of the user's login, else the machine's account.</summary>
internal sealed class GoogleLogin(SecretSurroundings surroundings)
{
    private const string LoginHint = "set GOOGLE_APPLICATION_CREDENTIALS to a key file, or run gcloud auth application-default login";

    /// <summary>The token.</summary>
    public async Task<string> GetTokenAsync(CancellationToken cancellationToken)
    {
        if (surroundings.Setting("GOOGLE_APPLICATION_CREDENTIALS") is { } named)
        {
            return await LogInAsync(surroundings.FullPath(named), cancellationToken);
        }

        var directory = surroundings.Setting("CLOUDSDK_CONFIG") ?? (surroundings.Home is { } home ? Path.Combine(home, ".config/gcloud") : null);
        return directory is not null && Path.Combine(directory, "application_default_credentials.json") is var file && File.Exists(file)
            ? await LogInAsync(file, cancellationToken)
            : await AskMachineAsync(cancellationToken);
    }

    private async Task<string> LogInAsync(string path, CancellationToken cancellationToken)
    {
        using var content = new WipedBuffer(Limits.SecretBytes);
        try
        {
            await using var file = new FileStream(path, new FileStreamOptions { BufferSize = 0 });
            if (!await content.FillAsync(file, cancellationToken))
            {
                throw WipedBuffer.TooLarge();
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new SecretSourceException($"the login in {Quote.Text(path)} can't be read", error) { Hint = LoginHint };
        }

        KeyValuePair<string, string>[] proof;
        var server = "https://oauth2.googleapis.com/token";
        switch (JsonAnswer.Text(content.Bytes, "type"))
        {
            case "service_account":
                server = JsonAnswer.Text(content.Bytes, "token_uri") ?? server;
                proof = [new("grant_type", "urn:ietf:params:oauth:grant-type:jwt-bearer"), new("assertion", GoogleAssertion.Create(content.Bytes, server, surroundings.Time.GetUtcNow()))];
                break;
            case "authorized_user":
                proof = [new("grant_type", "refresh_token"), .. Members(content, "client_id", "client_secret", "refresh_token")];
                break;
            default:
                throw new SecretSourceException($"the login in {Quote.Text(path)} is of a kind that is not supported") { Hint = "it must be a service account's key, or the user's login by gcloud auth application-default login" };
        }

        using var http = new SecretHttp(surroundings);
        var address = SecretHttp.SecureAddress(server, "the token server of the login");
        using var answer = await http.SendAsync(() => new HttpRequestMessage(HttpMethod.Post, address) { Content = new FormUrlEncodedContent(proof) }, cancellationToken);
        return answer.Token("an account of Google Cloud", $"check the login in {path}");
    }

    private static KeyValuePair<string, string>[] Members(WipedBuffer content, params string[] names) =>
        [.. names.Select(name => new KeyValuePair<string, string>(name, JsonAnswer.Text(content.Bytes, name) ?? string.Empty))];

    private async Task<string> AskMachineAsync(CancellationToken cancellationToken)
    {
        var host = surroundings.Setting("GCE_METADATA_HOST") ?? "metadata.google.internal";
        using var http = new SecretHttp(surroundings, isDirect: true);
        try
        {
            using var answer = await http.SendAsync(
                () =>
                {
                    var request = new HttpRequestMessage(HttpMethod.Get, SecretHttp.Address($"http://{host}/computeMetadata/v1/instance/service-accounts/default/token", "GCE_METADATA_HOST"));
                    request.Headers.TryAddWithoutValidation("Metadata-Flavor", "Google");
                    return request;
                },
                cancellationToken);
            return answer.Token("the machine's service account", LoginHint);
        }
        catch (SecretSourceException error) when (error.InnerException is not null)
        {
            throw new SecretSourceException("there is no login for Google Cloud", error) { Hint = LoginHint };
        }
    }
}
