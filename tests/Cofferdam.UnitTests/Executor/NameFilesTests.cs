using Cofferdam.Executor;
using Xunit;

namespace Cofferdam.UnitTests.Executor;

public sealed class NameFilesTests
{
    [Fact]
    public void Hosts_HaveTheHostNameAndTheExtraLines()
    {
        var spec = new ProcessSpec { Id = "a", RootPath = "/", Arguments = ["x"], HostName = "me", ExtraHosts = [("db", "10.0.0.1")] };

        Assert.Equal("127.0.0.1\tlocalhost me\n::1\tlocalhost ip6-localhost ip6-loopback\n10.0.0.1\tdb\n", NameFiles.FormatHosts(spec));
    }

    [Theory]
    [InlineData("nameserver 127.0.0.53\nnameserver 10.0.0.2\nsearch x\n", "nameserver 10.0.0.2\nsearch x\n")]
    [InlineData("nameserver ::1\n", "\nnameserver 8.8.8.8\nnameserver 8.8.4.4\n")]
    public void Resolver_OutsideTheHostsNetwork_HasNoLoopbackServers(string text, string expected) => Assert.Equal(expected, NameFiles.FilterResolver(text));
}
