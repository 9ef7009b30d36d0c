using Cofferdam.Linux;
using Xunit;

namespace Cofferdam.IntegrationTests.EndToEnd;

/// <summary>What a build is told on a machine that lacks something, whole.</summary>
public sealed class BadMachineTests : IDisposable
{
    private const string Dockerfile = """
        FROM scratch
        COPY busybox /bin/busybox
        COPY large /large
        RUN ["/bin/busybox", "true"]

        """;

    private readonly CofferCommand _coffer = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Build_OnFullDisk_SaysSoAndLeavesNothing()
    {
        var disk = Path.Combine(_coffer.Directory, "disk");
        Directory.CreateDirectory(disk);
        await ProcessExtensions.RunAsync("mount", "-t", "tmpfs", "-o", "size=8m", "none", disk);
        try
        {
            _coffer.Root = Path.Combine(disk, "root");
            await File.WriteAllBytesAsync(Path.Combine(_coffer.Context, "large"), new byte[16 * 1024 * 1024], Token);

            var shown = await _coffer.BuildAsync(Dockerfile);

            Assert.Matches("^exit 1\n(?s:.*)ERROR: the disk of state directory \"\\[DIR\\]/disk/root\" is full: .*\n\nhint: free space on it, for example with `coffer prune`$", shown);
            await _coffer.AssertNothingIsLeftAsync();

            await File.WriteAllBytesAsync(Path.Combine(_coffer.Context, "large"), new byte[16], Token);
            Assert.Equal("exit 0", await _coffer.BuildAsync(Dockerfile));
        }
        finally
        {
            await _coffer.RunAsync("daemon", "--stop", "--force");
            await ProcessExtensions.RunAsync("umount", disk);
            _coffer.Root = Path.Combine(_coffer.Directory, "root");
        }
    }

    [Fact]
    public async Task Command_WithStateOfNewerVersion_NamesBoth()
    {
        Directory.CreateDirectory(_coffer.Root);
        await File.WriteAllTextAsync(Path.Combine(_coffer.Root, "VERSION"), "99\n", Token);

        Assert.Equal(
            """
            exit 1
            ERROR: the daemon did not start: cannot use state directory "[DIR]/root": it has version 99, this coffer reads up to 1

            hint: use the newer coffer again, or choose another directory with --root
            """,
            await _coffer.RunAsync("images"));
    }

    [Fact]
    public async Task Command_WithStateDirectoryThatCannotBe_SaysSo()
    {
        _coffer.Root = Path.Combine(_coffer.Context, "busybox");

        Assert.Equal(
            "exit 1\nERROR: make state directory \"[DIR]/context/busybox\": The file '[DIR]/context/busybox' already exists\n\nhint: choose another directory with --root or COFFER_ROOT",
            await _coffer.RunAsync("images"));
        _coffer.Root = Path.Combine(_coffer.Directory, "root");
    }

    [Fact]
    public async Task Command_WithoutRuntime_NamesWhatToInstall()
    {
        using var process = _coffer.Start(["env", "PATH=/nonexistent"], ["images"]);
        var shown = await process.StandardError.ReadToEndAsync(Token);
        await process.WaitForExitAsync(Token);

        Assert.Equal(1, process.ExitCode);
        Assert.Equal("ERROR: the daemon did not start: no container runtime: \"crun\" is not in PATH\n\nhint: install crun or runc\n", shown);
    }

    [Fact]
    public async Task Build_WithoutPermissionToMount_SaysWhatIsNeeded()
    {
        Assert.True(Privileges.MayMount, "run it as root");
        await File.WriteAllTextAsync(Path.Combine(_coffer.Context, "Dockerfile"), "FROM scratch\nCOPY busybox /bin/busybox\nRUN [\"/bin/busybox\", \"true\"]\n", Token);

        using var process = _coffer.Start(["setpriv", "--bounding-set=-sys_admin", "--inh-caps=-sys_admin"], ["build", "--progress", "quiet", _coffer.Context]);
        var shown = await process.StandardError.ReadToEndAsync(Token);
        await process.WaitForExitAsync(Token);

        Assert.Equal(1, process.ExitCode);
        Assert.Matches("\nERROR: cannot mount .*: operation not permitted\n\nhint: run the daemon as root, or in a user namespace that may mount\n$", shown);
    }

    public void Dispose() => _coffer.Dispose();
}
