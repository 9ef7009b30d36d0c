using Cofferdam.Cli.SecretSources;
using Xunit;

namespace Cofferdam.UnitTests.Cli.SecretSources;

/// <summary>Against a look-alike of AWS Secrets Manager.</summary>
public sealed class AwsSecretSourceTests : RemoteSecretSourceContract
{
    private string _region = "eu-central-1";
    private bool _isBinary;

    public AwsSecretSourceTests()
    {
        Variables["AWS_ENDPOINT_URL_SECRETS_MANAGER"] = Server.Root;
        Variables["AWS_REGION"] = _region;
        Variables["AWS_ACCESS_KEY_ID"] = "AKIAEXAMPLE";
        Variables["AWS_SECRET_ACCESS_KEY"] = "a/secret+key";
        Variables["AWS_SESSION_TOKEN"] = "session";
    }

    [Fact]
    public async Task Bytes_AreDecoded()
    {
        _isBinary = true;
        Give(Value);

        Assert.Equal(Value, await ReadAsync());
    }

    [Fact]
    public async Task Member_OfAValueThatIsJson_IsPicked()
    {
        Give($$"""{"user":"me","token":{{SecretReply.Quote(Value)}}}""");

        Assert.Equal(Value, await ReadAsync(AwsSource.Secret("build/npm#token", Surroundings)));
    }

    [Fact]
    public async Task Member_ThatIsMissing_IsAnError()
    {
        Give($$"""{"token":{{SecretReply.Quote(Value)}}}""");

        Assert.Equal("its value has no member \"other\"", (await Assert.ThrowsAsync<SecretSourceException>(() => AwsSource.Secret("build/npm#other", Surroundings).ReadAsync(Token))).Message);
    }

    [Fact]
    public async Task Member_OfAValueThatIsNoJson_IsAnErrorWithoutTheValue()
    {
        Give(Value);

        Assert.DoesNotContain("horse", (await Assert.ThrowsAsync<SecretSourceException>(() => AwsSource.Secret("build/npm#other", Surroundings).ReadAsync(Token))).ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Region_OfAnArn_IsAsked()
    {
        Give(Value);
        _region = "us-west-2";

        Assert.Equal(Value, await ReadAsync(AwsSource.Secret("arn:aws:secretsmanager:us-west-2:123456789012:secret:build/npm-AbCdEf", Surroundings)));
    }

    [Fact]
    public async Task Settings_OfAProfile_AreUsed()
    {
        Give(Value);
        _region = "ap-south-1";
        foreach (var name in Variables.Keys.Where(name => name != "AWS_ENDPOINT_URL_SECRETS_MANAGER").ToList())
        {
            Variables.Remove(name);
        }

        (Variables["HOME"], Variables["AWS_PROFILE"]) = (Directory, "build");
        System.IO.Directory.CreateDirectory(Path.Combine(Directory, ".aws"));
        File.WriteAllText(Path.Combine(Directory, ".aws/config"), "[profile build]\nregion = ap-south-1\n");
        File.WriteAllText(Path.Combine(Directory, ".aws/credentials"), "[build]\naws_access_key_id = AKIAEXAMPLE\naws_secret_access_key = a/secret+key\naws_session_token = session\n");

        Assert.Equal(Value, await ReadAsync());
    }

    [Fact]
    public async Task Login_ThatIsMissing_IsAnError()
    {
        Variables.Remove("AWS_ACCESS_KEY_ID");

        Assert.EndsWith("there is no login for AWS", (await FailAsync()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Refusal_IsNamed()
    {
        Server.Broken = new SecretReply(400, """{"__type":"com.amazonaws.x#AccessDeniedException","Message":"User is not authorized"}""");

        Assert.EndsWith("AWS refuses it (AccessDeniedException)", (await FailAsync()).Message, StringComparison.Ordinal);
    }

    private protected override ISecretSource Create() => AwsSource.Secret("build/npm", Surroundings);

    protected override string ErrorBody(string text) => $$"""{"__type":{{SecretReply.Quote(text)}},"Message":{{SecretReply.Quote(text)}}}""";

    private protected override SecretReply Answer(SecretRequest request)
    {
        Assert.Equal(("POST", "/", "application/x-amz-json-1.1", "secretsmanager.GetSecretValue", "session"), (request.Method, request.Target, request.Headers["Content-Type"], request.Headers["X-Amz-Target"], request.Headers["X-Amz-Security-Token"]));
        AwsSignature.Check(request, "AKIAEXAMPLE", "a/secret+key", _region, "secretsmanager");
        Assert.Contains("build/npm", Assert.Single(request.Json, member => member.Key == "SecretId").Value.GetString(), StringComparison.Ordinal);
        return Held is null ? new SecretReply(400, """{"__type":"ResourceNotFoundException","Message":"Secrets Manager can't find the specified secret."}""")
            : _isBinary ? new SecretReply(200, $$"""{"Name":"build/npm","SecretBinary":"{{Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes(Held))}}","VersionStages":["AWSCURRENT"]}""")
            : new SecretReply(200, $$"""{"ARN":"arn:aws:secretsmanager:eu-central-1:1:secret:build/npm-AbCdEf","Name":"build/npm","SecretString":{{SecretReply.Quote(Held)}},"VersionStages":["AWSCURRENT"]}""");
    }
}
