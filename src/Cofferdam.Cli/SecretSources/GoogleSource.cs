using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Numerics;
using System.Text.RegularExpressions;
using Cofferdam.Model;
using Cofferdam.Secrets;

namespace Cofferdam.Cli.SecretSources;

/// <summary>A secret of Google Secret Manager.</summary>
/// <param name="reference"><c>projects/P/[locations/L/]secrets/N[/versions/V][#KEY]</c>.</param>
/// <param name="surroundings">Where the login comes from.</param>
internal sealed partial class GoogleSource(string reference, SecretSurroundings surroundings) : ISecretSource
{
    private const string EndpointVariable = "CLOUDSDK_API_ENDPOINT_OVERRIDES_SECRETMANAGER";

    /// <inheritdoc/>
    public string Name { get; } = Quote.Text("gcp:" + reference);

    /// <inheritdoc/>
    public async Task<SecretValue> ReadAsync(CancellationToken cancellationToken)
    {
        var name = KeyedReference.Parse(reference);
        var match = Form().Match(name.Path);
        if (!match.Success)
        {
            throw new SecretSourceException("it names no secret") { Hint = "write it as gcp:projects/PROJECT/secrets/NAME[/versions/VERSION][#KEY]" };
        }

        var host = match.Groups["location"] is { Success: true, Value: var location } ? $"https://secretmanager.{location}.rep.googleapis.com" : "https://secretmanager.googleapis.com";
        var root = SecretHttp.SecureAddress(surroundings.Setting(EndpointVariable) ?? host, EndpointVariable);
        var address = new Uri(root, $"/v1/{name.Path}{(match.Groups["version"].Success ? string.Empty : "/versions/latest")}:access");
        var token = await new GoogleLogin(surroundings).GetTokenAsync(cancellationToken);
        using var http = new SecretHttp(surroundings);
        using var answer = await http.SendAsync(() => new HttpRequestMessage(HttpMethod.Get, address) { Headers = { Authorization = new AuthenticationHeaderValue("Bearer", token) } }, cancellationToken);
        return answer.Status switch
        {
            HttpStatusCode.NotFound => throw new SecretSourceException("there is no such secret, or no such version of it") { Hint = "check the project, the name and the version" },
            HttpStatusCode.Forbidden or HttpStatusCode.Unauthorized => throw new SecretSourceException($"Secret Manager refuses it (status {(int)answer.Status})")
            {
                Hint = "the login needs the role Secret Manager Secret Accessor, and the project the Secret Manager API",
            },
            _ when answer.IsSuccess => name.Pick(Read(answer)),
            _ => throw new SecretSourceException($"Secret Manager answered with status {(int)answer.Status}"),
        };
    }

    private static SecretValue Read(SecretAnswer answer)
    {
        var value = answer.FindBase64("payload", "data") ?? throw new SecretSourceException("the answer holds no value");
        if (answer.Text("payload", "dataCrc32c") is { } told && told != value.Use(0, static (bytes, _) => Sum(bytes.Span)).ToString(CultureInfo.InvariantCulture))
        {
            value.Dispose();
            throw new SecretSourceException("the value was damaged on its way");
        }

        return value;
    }

    private static uint Sum(ReadOnlySpan<byte> bytes)
    {
        var sum = uint.MaxValue;
        foreach (var one in bytes)
        {
            sum = BitOperations.Crc32C(sum, one);
        }

        return ~sum;
    }

    [GeneratedRegex(@"^projects/[\w.:-]+(?:/locations/(?<location>[a-z0-9-]+))?/secrets/[\w-]+(?:/versions/(?<version>[\w-]+))?$", RegexOptions.ExplicitCapture)]
    private static partial Regex Form();
}
