using Cofferdam.Executor;
using Cofferdam.Linux;
using Cofferdam.Model;
using Cofferdam.Testing;
using Xunit;

namespace Cofferdam.UnitTests.Executor;

public sealed class UserResolverTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public UserResolverTests()
    {
        Directory.CreateDirectory(_directory["etc"]);
        File.WriteAllText(_directory["etc/passwd"], "# comment\nroot:x:0:0::/root:/bin/sh\napp:x:1000:1001::/home/app:\nbroken\n");
        File.WriteAllText(_directory["etc/group"], "root:x:0:\napp:x:1001:\nextra:x:2000:other,app\n");
    }

    public void Dispose() => _directory.Dispose();

    [Theory]
    [InlineData("", 0u, 0u, "", "/root")]
    [InlineData("app", 1000u, 1001u, "2000", "/home/app")]
    [InlineData("1000", 1000u, 1001u, "2000", "/home/app")]
    [InlineData("app:extra", 1000u, 2000u, "", "/home/app")]
    [InlineData("app:77", 1000u, 77u, "", "/home/app")]
    [InlineData("42", 42u, 0u, "", "/")]
    [InlineData("42:43", 42u, 43u, "", "/")]
    [InlineData("42:extra", 42u, 2000u, "", "/")]
    public void User_IsFoundByNameAndNumber(string text, uint uid, uint gid, string groups, string home)
    {
        var user = Resolve(text);

        Assert.Equal((uid, gid, groups, home), (user.Uid, user.Gid, string.Join(',', user.Groups), user.Home));
    }

    [Theory]
    [InlineData("nobody", "unable to find user nobody")]
    [InlineData("app:none", "unable to find group none")]
    public void User_Unknown_IsAnError(string text, string message) => Assert.StartsWith(message, Assert.Throws<NotFoundException>(() => Resolve(text)).Message, StringComparison.Ordinal);

    [Fact]
    public void Passwd_LinkedToTheHosts_IsNotRead()
    {
        using var host = new TemporaryDirectory();
        File.WriteAllText(host["passwd"], "hostuser:x:5:5::/:\n");
        File.Delete(_directory["etc/passwd"]);
        File.CreateSymbolicLink(_directory["etc/passwd"], host["passwd"]);

        Assert.Throws<NotFoundException>(() => Resolve("hostuser"));
    }

    private ResolvedUser Resolve(string text)
    {
        using var root = RootedDirectory.Open(_directory.Path);
        return UserResolver.Resolve(root, text);
    }
}
