using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using Cofferdam.Engine;
using Cofferdam.Model;
using Cofferdam.Secrets;

namespace Cofferdam.Cli.SecretSources;

/// <summary>A secret of AWS Secrets Manager, or a parameter of Systems Manager.</summary>
internal sealed class AwsSource : ISecretSource
{
    private const string RefusedHint = "check the login (aws sts get-caller-identity), the region, and that its policy allows the secret and the key that it is encrypted with";

    private readonly KeyedReference _reference;
    private readonly SecretSurroundings _surroundings;
    private readonly AwsSecretService _service;

    private AwsSource(string provider, string reference, AwsSecretService service, SecretSurroundings surroundings)
    {
        Name = Quote.Text($"{provider}:{reference}");
        (_reference, _service, _surroundings) = (KeyedReference.Parse(reference), service, surroundings);
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <summary>A secret of Secrets Manager: <c>NAME[#KEY]</c>, or its ARN.</summary>
    public static AwsSource Secret(string reference, SecretSurroundings surroundings) => new("aws", reference, AwsSecretService.SecretsManager, surroundings);

    /// <summary>A parameter of Systems Manager: <c>NAME[#KEY]</c>, decrypted.</summary>
    public static AwsSource Parameter(string reference, SecretSurroundings surroundings) => new("ssm", reference, AwsSecretService.ParameterStore, surroundings);

    /// <inheritdoc/>
    public async Task<SecretValue> ReadAsync(CancellationToken cancellationToken)
    {
        var credentials = AwsCredentials.Find(_surroundings.Variable)
            ?? throw new SecretSourceException("there is no login for AWS") { Hint = "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE; of one by single sign-on: eval \"$(aws configure export-credentials --format env)\"" };
        var region = RegionOf(_reference.Path) ?? AwsCredentials.FindRegion(_surroundings.Variable) ?? throw new SecretSourceException("no region of AWS is named") { Hint = "set AWS_REGION" };
        using var http = new SecretHttp(_surroundings);
        using var answer = await http.SendAsync(() => Create(credentials, region), cancellationToken);
        return answer.IsSuccess ? _reference.Pick(_service.Read(answer)) : throw Describe(answer);
    }

    private static string? RegionOf(string name) => name.Split(':') is ["arn", _, _, { Length: > 0 } region, ..] ? region : null;

    private HttpRequestMessage Create(AwsCredentials credentials, string region)
    {
        if (!region.All(letter => char.IsAsciiLetterOrDigit(letter) || letter == '-'))
        {
            throw new SecretSourceException($"{Quote.Text(region)} is no region of AWS") { Hint = "set AWS_REGION" };
        }

        var endpoint = _surroundings.Setting(_service.EndpointVariable) ?? _surroundings.Setting("AWS_ENDPOINT_URL");
        var domain = region.StartsWith("cn-", StringComparison.Ordinal) ? "amazonaws.com.cn" : "amazonaws.com";
        var address = endpoint is null ? new Uri($"https://{_service.Service}.{region}.{domain}/") : new Uri(SecretHttp.SecureAddress(endpoint, _service.EndpointVariable), "/");
        var body = Encoding.UTF8.GetBytes(_service.Ask(_reference.Path).ToJsonString());
        var request = new HttpRequestMessage(HttpMethod.Post, address) { Content = new ByteArrayContent(body) { Headers = { ContentType = new MediaTypeHeaderValue("application/x-amz-json-1.1") } } };
        request.Headers.TryAddWithoutValidation("x-amz-target", _service.Target);
        new AwsRequestSigner(credentials, region, _service.Service).Sign(request, Convert.ToHexStringLower(SHA256.HashData(body)), _surroundings.Time.GetUtcNow());
        return request;
    }

    // What an error is called; its message is not shown: who knows what is in it.
    private static SecretSourceException Describe(SecretAnswer answer)
    {
        var type = answer.Text("__type") is { } text ? text[(text.LastIndexOf('#') + 1)..] : string.Empty;
        return type switch
        {
            "ResourceNotFoundException" or "ParameterNotFound" or "ParameterVersionNotFound" => new SecretSourceException("there is no such secret in the region") { Hint = "check its name and AWS_REGION" },
            "AccessDeniedException" or "UnrecognizedClientException" or "InvalidSignatureException" or "ExpiredTokenException" or "IncompleteSignature" or "DecryptionFailure" =>
                new SecretSourceException($"AWS refuses it ({type})") { Hint = RefusedHint },
            _ when answer.Status is HttpStatusCode.Forbidden or HttpStatusCode.Unauthorized => new SecretSourceException($"AWS refuses it (status {(int)answer.Status})") { Hint = RefusedHint },
            _ => new SecretSourceException($"AWS answered with status {(int)answer.Status}") { Hint = RefusedHint },
        };
    }
}
