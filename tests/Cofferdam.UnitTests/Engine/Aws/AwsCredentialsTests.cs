using Cofferdam.Engine;
using Cofferdam.Testing;
using Xunit;

namespace Cofferdam.UnitTests.Engine.Aws;

public sealed class AwsCredentialsTests : IDisposable
{
    private readonly TemporaryDirectory _home = new();

    public void Dispose() => _home.Dispose();

    [Fact]
    public void Variables_ComeBeforeFiles()
    {
        Write("credentials", "[default]\naws_access_key_id = file\naws_secret_access_key = file\n");

        Assert.Equal(new AwsCredentials("id", "key", "token"), Find(("AWS_ACCESS_KEY_ID", "id"), ("AWS_SECRET_ACCESS_KEY", "key"), ("AWS_SESSION_TOKEN", "token")));
    }

    [Fact]
    public void Profile_IsReadOfTheFiles()
    {
        Write("credentials", "# mine\n[default]\naws_access_key_id=a\naws_secret_access_key=b=c\n\n[work]\naws_access_key_id = w\naws_secret_access_key = x\naws_session_token = y\n");
        Write("config", "[profile other]\nregion = r\naws_access_key_id = o\naws_secret_access_key = p\n");

        Assert.Equal(new AwsCredentials("a", "b=c", null), Find());
        Assert.Equal(new AwsCredentials("w", "x", "y"), Find(("AWS_PROFILE", "work")));
        Assert.Equal(new AwsCredentials("o", "p", null), Find(("AWS_PROFILE", "other")));
        Assert.Null(Find(("AWS_PROFILE", "nobody")));
    }

    [Fact]
    public void Nothing_IsNone() => Assert.Null(Find());

    private void Write(string name, string text)
    {
        Directory.CreateDirectory(_home[".aws"]);
        File.WriteAllText(_home[".aws/" + name], text);
    }

    private AwsCredentials? Find(params (string Name, string Value)[] variables) =>
        AwsCredentials.Find(name => name == "HOME" ? _home.Path : variables.FirstOrDefault(variable => variable.Name == name).Value);
}
