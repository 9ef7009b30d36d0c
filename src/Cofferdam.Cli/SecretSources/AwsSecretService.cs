using System.Text.Json.Nodes;
using Cofferdam.Secrets;

namespace Cofferdam.Cli.SecretSources;

/// <summary>How a service of AWS is asked for a secret.</summary>
/// <param name="Service">Its name in addresses and signatures.</param>
/// <param name="Target">The operation.</param>
/// <param name="EndpointVariable">The variable that names another address of it.</param>
/// <param name="Ask">Makes the body of a request.</param>
/// <param name="Read">Finds the value in an answer.</param>
internal sealed record AwsSecretService(string Service, string Target, string EndpointVariable, Func<string, JsonObject> Ask, Func<SecretAnswer, SecretValue> Read)
{
    /// <summary>Secrets Manager.</summary>
    public static AwsSecretService SecretsManager { get; } = new(
        "secretsmanager", "secretsmanager.GetSecretValue", "AWS_ENDPOINT_URL_SECRETS_MANAGER", static name => new JsonObject { ["SecretId"] = name }, ReadSecret);

    /// <summary>The parameter store of Systems Manager.</summary>
    public static AwsSecretService ParameterStore { get; } = new(
        "ssm", "AmazonSSM.GetParameter", "AWS_ENDPOINT_URL_SSM", static name => new JsonObject { ["Name"] = name, ["WithDecryption"] = true },
        static answer => answer.Find("Parameter", "Value") ?? throw new SecretSourceException("the answer holds no value"));

    // Text, or bytes.
    private static SecretValue ReadSecret(SecretAnswer answer) =>
        answer.Find("SecretString") ?? answer.FindBase64("SecretBinary") ?? throw new SecretSourceException("the answer holds no value");
}
