using Cofferdam.Linux;
using Cofferdam.Model;
using Cofferdam.Testing;
using Xunit;

namespace Cofferdam.UnitTests.Linux;

public sealed class HostPlatformsTests : IDisposable
{
    // As Debian's qemu-user-static registers them.
    private const string Arm64 = "enabled\ninterpreter /usr/libexec/qemu-binfmt/aarch64-binfmt-P\nflags: POCF\noffset 0\nmagic 7f454c460201010000000000000000000200b700\nmask ffffffffffffff00fffffffffffffffffeffffff\n";
    private const string S390 = "enabled\ninterpreter /usr/libexec/qemu-binfmt/s390x-binfmt-P\nflags: POCF\noffset 0\nmagic 7f454c4602020100000000000000000000020016\nmask ffffffffffffff00fffffffffffffffffffeffff\n";

    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void Find_BeginsWithTheMachinesOwn() => Assert.Equal(Platform.Host, HostPlatforms.Find()[0]);

    [Fact]
    public void Handlers_GiveTheirPlatforms()
    {
        Write("qemu-aarch64", Arm64);
        Write("qemu-s390x", S390);
        Write("register", "");
        Write("status", "enabled\n");

        Assert.Equal(["linux/arm64", "linux/s390x"], HostPlatforms.FindHandled(_directory.Path).Select(platform => platform.ToString()));
    }

    [Fact]
    public void Handlers_OffOrOfOtherFiles_GiveNone()
    {
        Write("off", Arm64.Replace("enabled", "disabled", StringComparison.Ordinal));
        Write("java", "enabled\ninterpreter /usr/bin/jexec\nflags:\noffset 0\nmagic cafebabe\n");
        Write("extension", "enabled\ninterpreter /usr/bin/wine\nflags:\nextension .exe\n");
        Write("shifted", Arm64.Replace("offset 0", "offset 4", StringComparison.Ordinal));

        Assert.Empty(HostPlatforms.FindHandled(_directory.Path));
    }

    [Fact]
    public void NoHandlers_NoDirectory_GiveNone() => Assert.Empty(HostPlatforms.FindHandled(_directory["none"]));

    private void Write(string name, string text) => File.WriteAllText(_directory[name], text);
}
