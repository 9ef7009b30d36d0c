using Cofferdam.Daemon;
using Cofferdam.Model;
using Cofferdam.Registry;
using Xunit;

namespace Cofferdam.UnitTests.Daemon;

public sealed class ConfigurationFileTests
{
    private static readonly DaemonOptions Defaults = new() { Root = "/root", Addresses = ["unix:///socket"] };

    [Fact]
    public void File_WithAllThatIsKnown_SetsIt()
    {
        var options = Parse("""
            debug = true
            seal = "enforce"
            insecure-entitlements = ["security.insecure"]
            [grpc]
              address = ["tcp://127.0.0.1:1234"]
            [worker.oci]
              max-parallelism = 3
            [frontend."dockerfile.v0"]
              enabled = false
              pull = true
            [frontend."gateway.v0"]
              enabled = false
              allowedRepositories = ["example.com/frontend", "docker/dockerfile"]
            [registry."docker.io"]
              mirrors = ["mirror.example:5000/hub", "other.example"]
              ca = ["/ca.pem"]
              [[registry."docker.io".keypair]]
                key = "/1.key"
                cert = "/1.pem"
              [[registry."docker.io".keypair]]
                cert = "/2.pem"
                key = "/2.key"
            [registry."local.example:5000"]
              http = true
              insecure = true
            """);

        Assert.True(options.Debug);
        Assert.Equal("enforce", options.UnaskedSeal);
        Assert.Equal(["network.host", "security.insecure"], options.AllowedEntitlements.Order());
        Assert.Equal(["tcp://127.0.0.1:1234"], options.Addresses);
        Assert.Equal(3, options.MaxParallelism);
        Assert.True(options.Frontends is { HasDockerfile: false, PullsDockerfile: true, HasGateway: false });
        Assert.Equal(["example.com/frontend", "docker/dockerfile"], options.Frontends.AllowedRepositories);
        var hub = options.Registry.Hosts["docker.io"];
        Assert.Equal(["mirror.example:5000/hub", "other.example"], hub.Mirrors);
        Assert.Equal(["/ca.pem"], hub.AuthorityFiles);
        Assert.Equal([new ClientKeyPair("/1.pem", "/1.key"), new ClientKeyPair("/2.pem", "/2.key")], hub.KeyPairs);
        Assert.True(options.Registry.Hosts["local.example:5000"] is { PlainHttp: true, Insecure: true });
    }

    [Fact]
    public void EmptyFile_ChangesNothing() => Assert.Equal(Defaults, Parse("# nothing\n"));

    [Theory]
    [InlineData("[registry.\"a.b\"]\nmirors = []", 2, "read the configuration: registry.\"a.b\".mirors is not known", "did you mean mirrors?")]
    [InlineData("\n\ngc = true", 3, "read the configuration: gc is not known", "docs/reference/cofferd.md lists what is known")]
    [InlineData("debug = 1", 1, "debug is not true or false", null)]
    [InlineData("seal = \"of\"", 1, "seal is not one of enforce, warn, off", null)]
    [InlineData("[worker.oci]\nmax-parallelism = 0", 2, "worker.oci.max-parallelism is not a whole number above 0", null)]
    [InlineData("[frontend.\"gateway.v0\"]\nallowedRepositories = [\"A B\"]", 2, "frontend.\"gateway.v0\".allowedRepositories has \"A B\", which is no repository", null)]
    [InlineData("[registry.\"a.b\"]\nca = \"/one\"", 2, "registry.\"a.b\".ca is not a list of texts", null)]
    [InlineData("[[registry.\"a.b\".keypair]]\nkey = \"/one\"", 2, "read the configuration: a keypair is a key and a cert", null)]
    public void Mistake_IsShownWithItsLine(string text, int line, string message, string? hint)
    {
        var error = Assert.Throws<InvalidInputException>(() => Parse(text));

        Assert.Equal((message, hint, line), (error.Message, error.Hint, error.Location!.Ranges[0].Start));
    }

    [Fact]
    public void TextThatIsNoToml_IsShownWithItsLine() => Assert.Equal(2, Assert.Throws<InvalidInputException>(() => Parse("debug = true\n[registry")).Location!.Ranges[0].Start);

    [Fact]
    public void FileThatIsNotThere_IsNamed() =>
        Assert.Contains("/none/cofferd.toml", Assert.Throws<NotFoundException>(() => ConfigurationFile.Apply("/none/cofferd.toml", Defaults)).Message, StringComparison.Ordinal);

    private static DaemonOptions Parse(string text) => ConfigurationFile.Parse("cofferd.toml", text, Defaults);
}
