using Cofferdam.Engine;
using Cofferdam.Model;
using Cofferdam.Protocol.Llb;
using Xunit;
using Platform = Cofferdam.Protocol.Llb.Platform;

namespace Cofferdam.UnitTests.Engine.Keys;

/// <summary>The digests against records that Docker Engine 28.5 exported (<c>--cache-to type=local,mode=max</c>) for the same steps.</summary>
public sealed class OperationDigestTests
{
    private static readonly Platform Linux = new() { OS = "linux", Architecture = "amd64" };

    [Fact]
    public void Exec_OfTheRootAlone_IsAsRecorded()
    {
        var exec = new ExecOp
        {
            Meta = new Meta
            {
                Args = { "/bin/sh", "-c", "echo $A > /one && mkdir -p /tree/in && echo t > /tree/in/f && ln -s in /tree/l" },
                Env = { "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "A=1" },
                Cwd = "/",
                RemoveMountStubsRecursive = true,
            },
            Mounts = { new Mount { Dest = "/" } },
            Network = NetMode.Host,
        };

        AssertRecord("sha256:c601e08ad8cce9f4dfad8521379f8a6fe30d3493d885fbae2924a111fbbd3396", OperationDigests.Of(exec, Linux));
    }

    [Fact]
    public void Exec_WithMounts_IsAsRecorded()
    {
        var exec = new ExecOp
        {
            Meta = new Meta { Args = { "/bin/sh", "-c", "cat /t/in/f > /x" }, Env = { "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin" }, Cwd = "/", RemoveMountStubsRecursive = true },
            Mounts = { new Mount { Dest = "/" }, new Mount { Input = 1, Selector = "/tree", Dest = "/t", Output = -1, Readonly = true } },
            Network = NetMode.Host,
        };

        AssertRecord("sha256:24919c7ab70c63e712d5d5e44d2596b5715b85249e8860f4c7e2ed9d31a3c8a9", OperationDigests.Of(exec, Linux));
    }

    [Fact]
    public void Mkdir_IsAsRecorded()
    {
        var file = new FileOp
        {
            Actions = { new FileAction { Input = 0, SecondaryInput = -1, Mkdir = new FileActionMkDir { Path = "/w", Mode = 493, MakeParents = true, Timestamp = -1 } } },
        };

        AssertRecord("sha256:f6515d8afd8f2d2ce6612a1d4492f88887feb327524d76cfd0f4c19c328711c2", OperationDigests.Of(file, 0));
    }

    [Fact]
    public void Copy_IsAsRecorded()
    {
        var copy = new FileActionCopy
        {
            Src = "where/it/is/tree", Dest = "/tree", Mode = -1, FollowSymlink = true, DirCopyContents = true, CreateDestPath = true, AllowWildcard = true, AllowEmptyWildcard = true, Timestamp = -1,
        };

        AssertRecord("sha256:1349750de46045381c9cc97dc3066cbfb7e2e61668c795ca7d442df74c0efe02", OperationDigests.Of(new FileOp { Actions = { new FileAction { Input = 0, SecondaryInput = 1, Copy = copy } } }, 2));
    }

    [Theory]
    [InlineData("a<b>&\"c\"\\", "\"a\\u003cb\\u003e\\u0026\\\"c\\\"\\\\\"")]
    [InlineData("\t\n\u0001\u2028é", "\"\\t\\n\\u0001\\u2028é\"")]
    public void Text_IsQuotedAsByGo(string text, string expected) => Assert.Equal(expected, GoJson.Quoted(text));

    // A record's digest is that of the operation's digest with its output.
    private static void AssertRecord(string expected, Digest operation) => Assert.Equal(expected, Digest.Of($"{operation}@0").ToString());
}
