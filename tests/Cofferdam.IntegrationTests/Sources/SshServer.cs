using System.Diagnostics;
using Cofferdam.IntegrationTests.EndToEnd;
using Xunit;

namespace Cofferdam.IntegrationTests.Sources;

/// <summary>A real sshd on a port of its own that takes the keys it is told of.</summary>
internal sealed class SshServer : IAsyncDisposable
{
    private readonly Process _process;
    private readonly Task _rest;

    private SshServer(Process process, Task rest, int port, string hostKey) => (_process, _rest, Port, HostKey) = (process, rest, port, hostKey);

    public int Port { get; }

    /// <summary>The line of known_hosts for it.</summary>
    public string HostKey { get; }

    public static Task<SshServer> StartAsync(string directory, params IEnumerable<string> publicKeys) => StartAsync(directory, "ed25519", [], publicKeys);

    public static async Task<SshServer> StartAsync(string directory, string hostKind, string[] hostOptions, IEnumerable<string> publicKeys)
    {
        Assert.True(File.Exists("/usr/sbin/sshd"), "sshd is missing: run eng/install-dependencies --tests");
        Directory.CreateDirectory("/run/sshd");
        var port = GitHttpServer.FindPort();
        var host = Path.Combine(directory, "host");
        await MakeKeyAsync(host, hostKind, hostOptions);
        await File.WriteAllLinesAsync(Path.Combine(directory, "authorized"), publicKeys);
        await File.WriteAllTextAsync(Path.Combine(directory, "sshd_config"), $"""
            Port {port}
            ListenAddress 127.0.0.1
            HostKey {host}
            AuthorizedKeysFile {directory}/authorized
            PidFile none
            StrictModes no
            UsePAM no
            PasswordAuthentication no
            PermitRootLogin prohibit-password
            """);
        var process = Process.Start(new ProcessStartInfo("/usr/sbin/sshd", ["-D", "-e", "-f", Path.Combine(directory, "sshd_config")]) { UseShellExecute = false, RedirectStandardError = true })!;
        while (await process.StandardError.ReadLineAsync() is { } line && !line.Contains("listening", StringComparison.Ordinal))
        {
            // It tells when it is ready.
        }

        Assert.False(process.HasExited, "sshd did not start");
        var rest = process.StandardError.ReadToEndAsync(); // or it would wait for a reader
        var key = (await File.ReadAllTextAsync(host + ".pub")).Split(' ');
        return new SshServer(process, rest, port, $"[127.0.0.1]:{port} {key[0]} {key[1]}");
    }

    /// <summary>Makes a key without a passphrase, and its public part beside it.</summary>
    public static async Task MakeKeyAsync(string path, string kind, params string[] options)
    {
        var made = await Programs.RunAsync("ssh-keygen", new Dictionary<string, string>(), Path.GetDirectoryName(path)!, null, ["-q", "-t", kind, "-N", "", "-C", "test", "-f", path, .. options]);
        Assert.True(made.ExitCode == 0, made.All);
    }

    public async ValueTask DisposeAsync()
    {
        _process.Kill(entireProcessTree: true);
        await _rest;
        _process.Dispose();
    }
}
