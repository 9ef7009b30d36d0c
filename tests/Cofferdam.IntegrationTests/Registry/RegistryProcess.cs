using System.Diagnostics;
using System.Text.RegularExpressions;
using Cofferdam.Testing;

namespace Cofferdam.IntegrationTests.Registry;

/// <summary>A real registry on this machine, with its content in a directory of its own.</summary>
internal sealed partial class RegistryProcess : IDisposable
{
    // joe, secret
    private const string Passwords = "joe:$2y$05$P6BI8DMIjthPsCIh6Jf0vewXN3Ocp2Gi.uHzkDy6YsFXTiBhxsoFq\n";

    private readonly TemporaryDirectory _directory;
    private readonly Process _process;

    private RegistryProcess(Process process, TemporaryDirectory directory) => (_process, _directory) = (process, directory);

    internal string Host { get; private set; } = string.Empty;

    internal static async Task<RegistryProcess> StartAsync(bool withPassword, CancellationToken cancellationToken)
    {
        var directory = new TemporaryDirectory();
        await File.WriteAllTextAsync(directory["htpasswd"], Passwords, cancellationToken);
        var auth = withPassword ? $"auth: {{htpasswd: {{realm: test, path: {directory["htpasswd"]}}}}}\n" : string.Empty;
        await File.WriteAllTextAsync(
            directory["config.yml"],
            $"version: 0.1\nstorage: {{filesystem: {{rootdirectory: {directory["data"]}}}}}\nhttp: {{addr: '127.0.0.1:0'}}\n{auth}",
            cancellationToken);
        var start = new ProcessStartInfo("docker-registry", ["serve", directory["config.yml"]]) { RedirectStandardError = true, RedirectStandardOutput = true, UseShellExecute = false };
        var registry = new RegistryProcess(Process.Start(start)!, directory);
        var listening = new TaskCompletionSource<string>();
        registry._process.ErrorDataReceived += (_, line) =>
        {
            if (line.Data is null)
            {
                listening.TrySetException(new InvalidOperationException("docker-registry did not start"));
            }
            else if (Listening().Match(line.Data) is { Success: true } match)
            {
                listening.TrySetResult(match.Groups[1].Value);
            }
        };
        registry._process.BeginErrorReadLine();
        registry._process.BeginOutputReadLine();
        try
        {
            registry.Host = await listening.Task.WaitAsync(TimeSpan.FromSeconds(30), cancellationToken);
            return registry;
        }
        catch
        {
            registry.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
        _directory.Dispose();
    }

    [GeneratedRegex(@"listening on (127\.0\.0\.1:\d+)")]
    private static partial Regex Listening();
}
