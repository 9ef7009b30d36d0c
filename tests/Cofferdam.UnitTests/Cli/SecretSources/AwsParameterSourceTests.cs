using Cofferdam.Cli.SecretSources;
using Xunit;

namespace Cofferdam.UnitTests.Cli.SecretSources;

/// <summary>Against a look-alike of the parameter store of AWS Systems Manager.</summary>
public sealed class AwsParameterSourceTests : RemoteSecretSourceContract
{
    public AwsParameterSourceTests()
    {
        Variables["AWS_ENDPOINT_URL"] = Server.Root;
        Variables["AWS_DEFAULT_REGION"] = "us-east-1";
        Variables["AWS_ACCESS_KEY_ID"] = "AKIAEXAMPLE";
        Variables["AWS_SECRET_ACCESS_KEY"] = "key";
    }

    private protected override ISecretSource Create() => AwsSource.Parameter("/build/npm", Surroundings);

    protected override string ErrorBody(string text) => $$"""{"__type":"InternalServerError","message":{{SecretReply.Quote(text)}}}""";

    private protected override SecretReply Answer(SecretRequest request)
    {
        Assert.Equal(("POST", "/", "AmazonSSM.GetParameter", null), (request.Method, request.Target, request.Headers["X-Amz-Target"], request.Headers["X-Amz-Security-Token"]));
        AwsSignature.Check(request, "AKIAEXAMPLE", "key", "us-east-1", "ssm");
        var body = request.Json;
        Assert.Equal(("/build/npm", true, 2), (body["Name"].GetString(), body["WithDecryption"].GetBoolean(), body.Count));
        return Held is null
            ? new SecretReply(400, """{"__type":"ParameterNotFound"}""")
            : new SecretReply(200, $$$"""{"Parameter":{"Name":"/build/npm","Type":"SecureString","Value":{{{SecretReply.Quote(Held)}}},"Version":1}}""");
    }
}
