using Xunit;

namespace Cofferdam.IntegrationTests.EndToEnd;

/// <summary>Builds for platforms other than this machine's.</summary>
public sealed class PlatformTests(CofferCommand coffer) : IClassFixture<CofferCommand>
{
    private const string Handlers = "/proc/sys/fs/binfmt_misc";

    [Fact]
    public async Task ForeignProgram_WithoutHandler_SaysWhatIsMissing()
    {
        WriteForeign("foreign");

        var text = await coffer.BuildAsync("FROM scratch\nCOPY foreign /bin/sh\nRUN echo hi\n", "--platform", "linux/s390x");

        Assert.StartsWith("exit 1\n", text, StringComparison.Ordinal);
        Assert.Contains("did not complete successfully: exit code: 126", text, StringComparison.Ordinal);
        Assert.Contains("the step is for linux/s390x and this machine runs programs for linux/", text, StringComparison.Ordinal);
        Assert.DoesNotContain("{\"msg\"", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ForeignProgram_WithHandler_RunsByIt()
    {
        Assert.SkipUnless(File.Exists(Handlers + "/register"), "no binfmt_misc is mounted");
        WriteForeign("foreign");
        var handler = Path.Combine(coffer.Directory, "handler");
        File.Copy("/bin/busybox", handler); // `handler PROGRAM ARGUMENTS`, which says how it was called
        const string Name = "cofferdam-test-s390x";
        await File.WriteAllTextAsync(Handlers + "/register", $@":{Name}:M::\x7fELF\x02\x02\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x02\x00\x16::{handler}:F", TestContext.Current.CancellationToken);
        try
        {
            var text = await coffer.BuildAsync("FROM scratch\nCOPY foreign /bin/program\nRUN [\"/bin/program\"]\n", "--platform", "linux/s390x");

            // Busybox was asked to be /bin/program, which it is not: it has run.
            Assert.Contains("exit code: 127", text, StringComparison.Ordinal);
            Assert.DoesNotContain("binfmt_misc", text, StringComparison.Ordinal);
        }
        finally
        {
            await File.WriteAllTextAsync($"{Handlers}/{Name}", "-1", TestContext.Current.CancellationToken);
        }
    }

    // A header of a program for s390x; nothing of it is ever run but by a handler.
    private void WriteForeign(string name)
    {
        byte[] header = [0x7f, .. "ELF"u8, 2, 2, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 0, 22, 0, 0, 0, 1];
        var path = Path.Combine(coffer.Context, name);
        File.WriteAllBytes(path, [.. header, .. new byte[100]]);
        File.SetUnixFileMode(path, (UnixFileMode)Convert.ToInt32("755", 8));
    }
}
