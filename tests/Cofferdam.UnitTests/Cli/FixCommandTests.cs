using Xunit;

namespace Cofferdam.UnitTests.Cli;

public sealed class FixCommandTests : IDisposable
{
    private const string Before = "FROM alpine\r\nCOPY .netrc /root/.netrc\r\nRUN curl -n https://example.com\r\n";

    private readonly CommandRun _run = new();

    public void Dispose() => _run.Dispose();

    [Fact]
    public async Task Fix_ShowsTheDifferenceAndWritesNothing()
    {
        var file = _run.File("app/Dockerfile", Before);

        Assert.Equal(0, await _run.RunAsync("fix", "app"));

        Assert.Equal(
            "--- app/Dockerfile\n+++ app/Dockerfile\n@@ -1,3 +1,2 @@\n FROM alpine\r\n-COPY .netrc /root/.netrc\r\n-RUN curl -n https://example.com\r\n"
            + "+RUN --mount=type=secret,id=netrc,target=/root/.netrc curl -n https://example.com\r\n",
            _run.Output);
        Assert.Equal("Nothing is written; --write does.\nThe build then needs: --secret id=netrc,src=app/.netrc\n", _run.Error);
        Assert.Equal(Before, await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Fix_Write_KeepsModeAndLinkAndLeavesNothingBeside()
    {
        var file = _run.File("app/real", Before);
        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.OtherRead);
        File.CreateSymbolicLink(Path.Combine(_run.Directory, "app/Dockerfile"), "real");

        Assert.Equal(0, await _run.RunAsync("fix", "--write", "-f", "app/Dockerfile", "app"));

        Assert.Equal("FROM alpine\r\nRUN --mount=type=secret,id=netrc,target=/root/.netrc curl -n https://example.com\r\n", await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.OtherRead, File.GetUnixFileMode(file));
        Assert.NotNull(new FileInfo(Path.Combine(_run.Directory, "app/Dockerfile")).LinkTarget);
        Assert.Equal(2, Directory.GetFileSystemEntries(Path.Combine(_run.Directory, "app")).Length);
    }

    [Fact]
    public async Task Fix_NothingToDo_SaysSo()
    {
        _run.File("Dockerfile", "FROM alpine\n");

        Assert.Equal(0, await _run.RunAsync("fix"));

        Assert.Equal((string.Empty, "Nothing to fix.\n"), (_run.Output, _run.Error));
    }

    [Fact]
    public async Task Fix_NoDockerfile_Fails()
    {
        Assert.Equal(1, await _run.RunAsync("fix", "."));

        Assert.StartsWith("ERROR: Dockerfile \"Dockerfile\" does not exist", _run.Error, StringComparison.Ordinal);
    }
}
