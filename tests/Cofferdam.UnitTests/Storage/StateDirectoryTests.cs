using Cofferdam.Model;
using Cofferdam.Storage;
using Cofferdam.Testing;
using Xunit;

namespace Cofferdam.UnitTests.Storage;

public sealed class StateDirectoryTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void Directory_Opened_IsForTheOwnerOnly()
    {
        using var state = StateDirectory.Open(_directory["state"]);

        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(state.Root));
    }

    [Fact]
    public void Directory_OpenedTwice_IsRefusedUntilItIsGivenUp()
    {
        using (StateDirectory.Open(_directory["state"]))
        {
            var error = Assert.Throws<ConflictException>(() => StateDirectory.Open(_directory["state"]));
            Assert.Contains("another daemon", error.Message, StringComparison.Ordinal);
        }

        StateDirectory.Open(_directory["state"]).Dispose();
    }

    [Fact]
    public void Directory_OfANewerVersion_IsRefusedWithBothVersions()
    {
        Directory.CreateDirectory(_directory["state"]);
        File.WriteAllText(_directory["state/VERSION"], "7\n");

        var error = Assert.Throws<CofferdamException>(() => StateDirectory.Open(_directory["state"]));

        Assert.Equal(ErrorCode.StateIncompatible, error.Code);
        Assert.Contains("version 7, this coffer reads up to 1", error.Message, StringComparison.Ordinal);
        Assert.NotNull(error.Hint);
    }
}
