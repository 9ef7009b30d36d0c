using Cofferdam.Daemon;
using Cofferdam.Engine;
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
    public void Collection_IsAsTheFileSays()
    {
        var options = Parse("""
            [worker.oci]
              gc = true
              reservedSpace = "10GB"
              maxUsedSpace = "60%"
              minFreeSpace = 1000
              [[worker.oci.gcpolicy]]
                keepBytes = "512MB"
                keepDuration = "48h"
                filters = ["type==source.local", "type==exec.cachemount"]
              [[worker.oci.gcpolicy]]
                all = true
                keepDuration = 60
                maxUsedSpace = "1g"
            """);

        Assert.Equal(new CollectionLimits(new DiskShare(10L << 30), new DiskShare(0, 60), new DiskShare(1000)), options.Collection.Limits);
        var policies = options.Collection.For(1000).Select(policy => policy.On(1000)).ToArray();
        Assert.Equal(2, policies.Length);
        Assert.Equal((512L << 20, TimeSpan.FromHours(48), false), (policies[0].ReservedSpace, policies[0].KeepDuration, policies[0].All));
        Assert.Equal(["type==source.local", "type==exec.cachemount"], policies[0].Filters);
        Assert.Equal((1L << 30, TimeSpan.FromMinutes(1), true), (policies[1].MaxUsedSpace, policies[1].KeepDuration, policies[1].All));
    }

    [Fact]
    public void Collection_WithLimitsAlone_HasTheDefaultPoliciesWithThem()
    {
        var options = Parse("[worker.oci]\nmaxUsedSpace = \"50%\"");

        var policies = options.Collection.For(1000).Select(policy => policy.On(1000)).ToArray();
        Assert.Equal([512_000_000, 500, 500, 500], policies.Select(policy => policy.MaxUsedSpace));
        Assert.Equal([0, 0, 0, 0], policies.Select(policy => policy.MinFreeSpace));
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
    [InlineData("[[worker.oci.gcpolicy]]\nkeepDuration = \"two days\"", 2, "worker.oci.gcpolicy.keepDuration is not a time such as \"48h\", or a number of seconds", null)]
    [InlineData("[[worker.oci.gcpolicy]]\nmaxUsedSpace = \"200%\"", 2, "worker.oci.gcpolicy.maxUsedSpace is not a size such as \"10GB\" or \"20%\", or a number of bytes", null)]
    [InlineData("[[worker.oci.gcpolicy]]\nfilters = [\"kind==x\"]", 2, "worker.oci.gcpolicy.filters: invalid filter: unknown field \"kind\"", "id, parents, description, type, inuse, mutable, immutable, shared, private")]
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
