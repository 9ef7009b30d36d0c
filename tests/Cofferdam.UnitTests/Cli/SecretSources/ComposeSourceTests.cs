using Cofferdam.Cli.Build;
using Cofferdam.Cli.SecretSources;
using Cofferdam.Model;
using Xunit;

namespace Cofferdam.UnitTests.Cli.SecretSources;

public sealed class ComposeSourceTests : SecretSourceContract
{
    public ComposeSourceTests()
    {
        System.IO.Directory.CreateDirectory(Path.Combine(Directory, "sub"));
        File.WriteAllText(Path.Combine(Directory, "sub/compose.yaml"), """
            services:
              app:
                build: { context: ., secrets: [npm] }
            secrets:
              npm:
                file: ./${WHERE:-keys}/npm.txt
              token:
                environment: "TOKEN"
              swarm:
                external: true
            """);
    }

    [Fact]
    public async Task File_WithoutAName_GivesAllOfThisMachine()
    {
        Give(Value);
        Variables["TOKEN"] = "of the environment";

        var secrets = Open("from=compose:sub/compose.yaml");

        Assert.Equal(["npm", "token"], secrets.Select(given => given.Secret.Id));
        Assert.Equal(Value, await ReadAsync(secrets[0].Secret.Source));
        Assert.Equal("of the environment", await ReadAsync(secrets[1].Secret.Source));
    }

    [Theory]
    [InlineData("id=other,from=compose:sub/compose.yaml", "it has no secret \"other\"")]
    [InlineData("id=a,from=compose:sub/compose.yaml#swarm", "its secret \"swarm\" is external: it is kept by a swarm, not by this machine")]
    [InlineData("id=a,from=compose:compose.yaml", "it is not there")]
    public void Reference_ThatIsWrong_Says(string flag, string message) =>
        Assert.EndsWith(": " + message, Assert.Throws<CofferdamException>(() => Open(flag)).Message, StringComparison.Ordinal);

    private protected override ISecretSource Create() => Open("id=a,from=compose:sub/compose.yaml#npm")[0].Secret.Source;

    protected override void Give(string value)
    {
        System.IO.Directory.CreateDirectory(Path.Combine(Directory, "sub/keys"));
        File.WriteAllText(Path.Combine(Directory, "sub/keys/npm.txt"), value);
    }

    protected override void Remove() => File.Delete(Path.Combine(Directory, "sub/npm.txt"));

    private IReadOnlyList<GivenSecret> Open(string flag) => SecretProviders.Open([SecretFlag.Parse(flag, _ => null)], Surroundings);
}
