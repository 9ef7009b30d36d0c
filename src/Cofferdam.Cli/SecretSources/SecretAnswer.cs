using System.Net;
using Cofferdam.Secrets;

namespace Cofferdam.Cli.SecretSources;

/// <summary>What a service answered. Its body is wiped when this is disposed, and no part of it is ever shown.</summary>
internal sealed class SecretAnswer(HttpStatusCode status, WipedBuffer body) : IDisposable
{
    /// <summary>The status.</summary>
    public HttpStatusCode Status => status;

    /// <summary>Whether the status is one of success.</summary>
    public bool IsSuccess => (int)status is >= 200 and < 300;

    /// <summary>The body.</summary>
    public ReadOnlySpan<byte> Body => body.Bytes;

    /// <summary>The value at a path of the JSON that the body is; null where there is none.</summary>
    public SecretValue? Find(params ReadOnlySpan<string> path) => JsonAnswer.Find(body.Bytes, path);

    /// <summary>The value at a path where it is in base64; null where there is none.</summary>
    public SecretValue? FindBase64(params ReadOnlySpan<string> path) => JsonAnswer.Find(body.Bytes, path, isBase64: true);

    /// <summary>The text at a path; null where there is none, or where the body is no JSON.</summary>
    public string? Text(params ReadOnlySpan<string> path)
    {
        try
        {
            return JsonAnswer.Text(body.Bytes, path);
        }
        catch (SecretSourceException)
        {
            return null;
        }
    }

    /// <summary>The access token of an OAuth answer; throws when it is an error.</summary>
    /// <param name="who">What was logged in, for the error.</param>
    /// <param name="hint">What to do where the login is refused.</param>
    public string Token(string who, string hint) =>
        IsSuccess && Text("access_token") is { Length: > 0 } token ? token : throw new SecretSourceException($"the login as {who} was refused (status {(int)status})") { Hint = hint };

    /// <inheritdoc/>
    public void Dispose() => body.Dispose();
}
