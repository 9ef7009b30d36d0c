using Xunit;

namespace Cofferdam.IntegrationTests.EndToEnd;

/// <summary>A client on the daemon's machine, of the daemon's user.</summary>
public sealed class SharedContextTests : IDisposable
{
    private readonly CofferCommand _coffer = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Contents_AreReadByTheDaemonAndNotByTheClient()
    {
        await File.WriteAllTextAsync(Path.Combine(_coffer.Context, "Dockerfile"), "FROM scratch\nCOPY large /\n", Token);
        await File.WriteAllBytesAsync(Path.Combine(_coffer.Context, "large"), new byte[3_000_000], Token);
        var output = Path.Combine(_coffer.Directory, "output");
        await _coffer.RunAsync("images"); // starts the daemon, which is not to be traced
        var calls = Path.Combine(_coffer.Directory, "calls");
        using var client = _coffer.Start(["strace", "-f", "-e", "trace=pread64,openat,openat2", "-o", calls], ["build", "--progress", "quiet", "-o", $"type=local,dest={output}", _coffer.Context]);
        await client.WaitForExitAsync(Token);

        Assert.Equal(0, client.ExitCode);
        Assert.Equal(3_000_000, new FileInfo(Path.Combine(output, "large")).Length);
        var traced = await File.ReadAllTextAsync(calls, Token);
        Assert.Contains(Path.GetFileName(_coffer.Context), traced, StringComparison.Ordinal);
        Assert.DoesNotMatch("open.*\"large\".*O_RDONLY", traced);
    }

    public void Dispose() => _coffer.Dispose();
}
