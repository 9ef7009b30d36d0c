using Cofferdam.IntegrationTests.EndToEnd;
using Xunit;

namespace Cofferdam.IntegrationTests.Sources;

/// <summary>What a build is let take and use: source policies and devices of this machine.</summary>
public sealed class PolicyAndDeviceTests : IDisposable
{
    private const string Variable = "EXPERIMENTAL_BUILDKIT_SOURCE_POLICY";
    private const string Devices = "/var/run/cdi";

    private readonly CofferCommand _coffer = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _coffer.Dispose();

    [Fact]
    public async Task Policy_Rules_DenyAndConvertWhatIsFetched()
    {
        await using var server = new FileServer { Files = { ["one"] = "one"u8.ToArray(), ["two"] = "two"u8.ToArray() } };
        var dockerfile = $"FROM scratch\nADD {server.UrlOf("one")} /\n";
        var target = Path.Combine(_coffer.Directory, "out");
        string[] output = ["-o", "type=local,dest=" + target];

        Assert.Equal("exit 0", await _coffer.BuildAsync(dockerfile, output));
        Assert.Equal("one", await File.ReadAllTextAsync(target + "/one", Token));

        var converted = await BuildAsync(dockerfile, """{"rules": [{"action": "CONVERT", "selector": {"identifier": "http://*/one"}, "updates": {"identifier": "http://${1}/two"}}]}""", output);
        Assert.Equal("exit 0", converted);
        Assert.Equal("two", await File.ReadAllTextAsync(target + "/one", Token));

        var denied = await BuildAsync(dockerfile, """{"rules": [{"action": "DENY", "selector": {"identifier": "http://.*", "match_type": "REGEX"}}]}""", output);
        Assert.Contains("denied by policy", denied, StringComparison.Ordinal);

        // Another build is bound by nothing.
        Assert.Equal("exit 0", await _coffer.BuildAsync(dockerfile, output));
        Assert.Equal("one", await File.ReadAllTextAsync(target + "/one", Token));
        Assert.Contains("it is JSON", await BuildAsync(dockerfile, "nonsense", output), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Device_ThatIsGranted_IsInTheStepAndNotInTheResult()
    {
        const string Dockerfile = """
            FROM scratch
            COPY busybox /bin/busybox
            RUN --device=coffer.test/thing=one,required ["/bin/busybox", "sh", "-c", "echo $THING; /bin/busybox cat /host/file; echo x > /dev/thing && /bin/busybox test -c /dev/thing && ! echo y > /host/file"]
            RUN --device=coffer.test/thing=absent ["/bin/busybox", "true"]
            """;
        var file = $"{Devices}/coffer-test-{Guid.NewGuid():N}.json";
        var hooked = Path.Combine(_coffer.Directory, "hooked");
        await File.WriteAllTextAsync(Path.Combine(_coffer.Directory, "file"), "from the host", Token);
        Directory.CreateDirectory(Devices);
        await File.WriteAllTextAsync(file, $$$"""
            {"cdiVersion": "0.6.0", "kind": "coffer.test/thing", "devices": [{"name": "one", "containerEdits": {
              "env": ["THING=variable"], "deviceNodes": [{"path": "/dev/thing", "hostPath": "/dev/null"}],
              "mounts": [{"hostPath": "{{{_coffer.Directory}}}/file", "containerPath": "/host/file", "options": ["ro", "bind"]}],
              "hooks": [{"hookName": "createRuntime", "path": "/bin/touch", "args": ["touch", "{{{hooked}}}"]}]}}]}
            """, Token);
        try
        {
            Assert.Contains("device coffer.test/thing=one is requested by the build but not allowed", await _coffer.BuildAsync(Dockerfile), StringComparison.Ordinal);

            var target = Path.Combine(_coffer.Directory, "out");
            await File.WriteAllTextAsync(Path.Combine(_coffer.Context, "Dockerfile"), Dockerfile, Token);
            var shown = await _coffer.RunAsync("build", "--progress", "plain", "--allow", "device=coffer.test/thing=one", "-o", "type=local,dest=" + target, _coffer.Context);

            Assert.StartsWith("exit 0", shown, StringComparison.Ordinal);
            Assert.Contains("variable", shown, StringComparison.Ordinal);
            Assert.Contains("from the host", shown, StringComparison.Ordinal);
            Assert.True(File.Exists(hooked));
            Assert.False(Path.Exists(target + "/dev/thing"));
            Assert.False(Path.Exists(target + "/host/file"));
        }
        finally
        {
            File.Delete(file);
        }
    }

    private async Task<string> BuildAsync(string dockerfile, string policy, string[] arguments)
    {
        var file = Path.Combine(_coffer.Directory, "policy.json");
        await File.WriteAllTextAsync(file, policy, Token);
        await File.WriteAllTextAsync(Path.Combine(_coffer.Context, "Dockerfile"), dockerfile, Token);
        using var process = _coffer.Start(["env", $"{Variable}={file}"], ["build", "--progress", "quiet", .. arguments, _coffer.Context]);
        var errors = process.StandardError.ReadToEndAsync(Token);
        var output = await process.StandardOutput.ReadToEndAsync(Token);
        await process.WaitForExitAsync(Token);
        return _coffer.Normalize($"exit {process.ExitCode}\n{output}{await errors}");
    }
}
