using System.Diagnostics;
using Cofferdam.Linux;
using Cofferdam.Testing;
using Xunit;

namespace Cofferdam.IntegrationTests.Namespaces;

public sealed class PrivateMountNamespaceTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Program_StartedAnew_MountsForItselfOnlyAndLeavesNothingWhenKilled()
    {
        var token = TestContext.Current.CancellationToken;
        var start = new ProcessStartInfo(Environment.ProcessPath!, ["one", "two words"]) { UseShellExecute = false, RedirectStandardInput = true, RedirectStandardOutput = true };
        start.Environment[NamespaceProbe.Target] = _directory.Path;
        using var process = Process.Start(start)!;
        try
        {
            Assert.Equal($"before {process.Id}", await process.StandardOutput.ReadLineAsync(token));
            Assert.Equal($"after {process.Id} one two words", await process.StandardOutput.ReadLineAsync(token));
            Assert.Equal("no unified", await process.StandardOutput.ReadLineAsync(token));
            Assert.False(File.Exists(_directory["inside"]));
            Assert.True(File.Exists($"/proc/{process.Id}/root{_directory["inside"]}"));
        }
        finally
        {
            process.Kill();
            await process.WaitForExitAsync(token);
        }

        Assert.DoesNotContain(MountInfo.Read(), mount => mount.MountPoint == _directory.Path);
    }
}
