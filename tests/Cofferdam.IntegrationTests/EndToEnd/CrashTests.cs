using System.Diagnostics;
using System.Globalization;
using Xunit;

namespace Cofferdam.IntegrationTests.EndToEnd;

/// <summary>A daemon that is killed, or told by the kernel that something failed, at many points of a build: what is lost is built again, and the next build is right.</summary>
/// <remarks>COFFER_FAULTS is how many points are tried, a part of them by default; <c>eng/faults</c> tries hundreds. strace puts the faults in.</remarks>
public sealed class CrashTests : IDisposable
{
    private const string Dockerfile = """
        FROM scratch AS tools
        COPY busybox /bin/busybox
        RUN ["/bin/busybox", "--install", "-s", "/bin"]

        FROM tools AS made
        COPY data /data
        RUN --mount=type=cache,target=/cache cat /data/number > /made && cp /made /cache/made && rm -rf /data/old && ln /made /link

        FROM tools
        COPY --from=made /made /link /
        RUN mkdir -p /a/b/c && mv /link /a/b/c/d && cat /a/b/c/d > /copy
        """;

    // What changes a state directory: it can fail for want of space, and for a bad disk.
    private static readonly string[] Changes =
    [
        "rename,renameat,renameat2", "mkdir,mkdirat", "write,pwrite64,writev,pwritev", "fsync,fdatasync,syncfs", "link,linkat,symlink,symlinkat", "ftruncate,fallocate", "openat",
    ];

    // What else a step is run with: a daemon may be killed at any of it.
    private static readonly string[] Calls = [.. Changes, "unlink,unlinkat", "mount,umount2", "clone,clone3,vfork", "fcntl", "close", "read,pread64", "futex"];

    private static readonly string[] Errors = ["error=ENOSPC", "error=EIO"];

    private readonly CofferCommand _coffer = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static int Points => int.Parse(Environment.GetEnvironmentVariable("COFFER_FAULTS") ?? "4", CultureInfo.InvariantCulture);

    [Fact]
    public async Task Build_AfterFaultsAtAnyPoint_IsRight()
    {
        var seed = int.Parse(Environment.GetEnvironmentVariable("COFFER_FAULT_SEED") ?? "1", CultureInfo.InvariantCulture);
        var random = new Random(seed);
        Directory.CreateDirectory(Path.Combine(_coffer.Context, "data/old"));
        await _coffer.BuildAsync(Dockerfile, "--output", "type=local,dest=" + Path.Combine(_coffer.Directory, "first"));
        var failed = 0;
        for (var point = 0; point < Points; point++)
        {
            var isKill = random.Next(2) == 0;
            var calls = isKill ? Calls[random.Next(Calls.Length)] : Changes[random.Next(Changes.Length)];
            var fault = isKill ? "signal=KILL" : Errors[random.Next(Errors.Length)];
            // strace counts the calls of each thread by itself.
            var number = random.Next(1, 60);
            var about = $"seed {seed}, point {point}: {fault} at {calls} number {number}";

            await File.WriteAllTextAsync(Path.Combine(_coffer.Context, "data/number"), $"{point}\n", Token);
            failed += await BuildWithFaultAsync(calls, fault, number, about) ? 1 : 0;

            await AssertBuildsAsync(point, about);
        }

        TestContext.Current.SendDiagnosticMessage($"{failed} of {Points} builds failed for the fault");
        Assert.True(Points < 20 || failed > Points / 10, $"only {failed} of {Points} faults did anything");
    }

    [Theory]
    [InlineData(0)]
    [InlineData(100)]
    [InlineData(9000)]
    public async Task Build_WithDamagedDatabase_IsRight(int offset)
    {
        Directory.CreateDirectory(Path.Combine(_coffer.Context, "data/old"));
        await File.WriteAllTextAsync(Path.Combine(_coffer.Context, "data/number"), "1\n", Token);
        await AssertBuildsAsync(1, "first");
        await _coffer.RunAsync("daemon", "--stop", "--force");

        await using (var file = File.OpenWrite(Path.Combine(_coffer.Root, "db.sqlite")))
        {
            file.Position = offset;
            await file.WriteAsync(Enumerable.Repeat((byte)0x5A, 8192).ToArray(), Token);
        }

        await AssertBuildsAsync(1, $"damaged at {offset}");
        Assert.Contains("CACHED", await _coffer.RunAsync("build", "--progress", "plain", _coffer.Context), StringComparison.Ordinal);
    }

    public void Dispose() => _coffer.Dispose();

    // True where the build failed. It may do so, but must say why.
    private async Task<bool> BuildWithFaultAsync(string calls, string fault, int number, string about)
    {
        await _coffer.RunAsync("daemon", "--stop", "--force");
        using var daemon = _coffer.Start(
            ["strace", "-f", "-qqq", "-o", "/dev/null", "-e", "signal=none", "-e", "trace=" + calls, "-e", $"inject={calls}:{fault}:when={number}"], ["daemon", "--root", _coffer.Root]);
        var output = Task.WhenAll(daemon.StandardOutput.ReadToEndAsync(Token), daemon.StandardError.ReadToEndAsync(Token));
        try
        {
            await WaitForSocketAsync(daemon);
            var shown = await _coffer.BuildAsync(Dockerfile).WaitAsync(TimeSpan.FromSeconds(60), Token);
            Assert.False(shown.Contains("   at ", StringComparison.Ordinal) || shown.Contains("Unhandled", StringComparison.Ordinal), $"{about}:\n{shown}");
            Assert.True(shown.StartsWith("exit 0", StringComparison.Ordinal) || shown.Contains("ERROR: ", StringComparison.Ordinal), $"{about}:\n{shown}");
            return !shown.StartsWith("exit 0", StringComparison.Ordinal);
        }
        catch (TimeoutException)
        {
            Assert.Fail($"{about}: the build hangs");
            throw;
        }
        finally
        {
            daemon.Kill(entireProcessTree: true);
            await ((Task)output).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    // It may be dead before it listens: then the command starts another.
    private async Task WaitForSocketAsync(Process daemon)
    {
        while (!daemon.HasExited && !File.Exists(Path.Combine(_coffer.Root, "run/cofferd.sock")))
        {
            await Task.Delay(20, Token);
        }
    }

    private async Task AssertBuildsAsync(int number, string about)
    {
        var result = Path.Combine(_coffer.Directory, "result");
        if (Directory.Exists(result))
        {
            Directory.Delete(result, recursive: true);
        }

        var shown = await _coffer.BuildAsync(Dockerfile, "--output", "type=local,dest=" + result);
        Assert.True(shown.StartsWith("exit 0", StringComparison.Ordinal), $"{about}: the next build:\n{shown}");
        foreach (var file in (string[])["made", "copy", "a/b/c/d"])
        {
            Assert.True(await File.ReadAllTextAsync(Path.Combine(result, file), Token) == $"{number}\n", $"{about}: {file} is wrong");
        }

        Assert.True(File.Exists(Path.Combine(result, "bin/busybox")), about);
        await _coffer.AssertNothingIsLeftAsync(mayResume: true);
    }
}
