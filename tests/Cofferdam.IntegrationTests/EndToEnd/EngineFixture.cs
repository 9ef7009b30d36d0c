using System.Diagnostics;
using Cofferdam.Testing;
using Xunit;

namespace Cofferdam.IntegrationTests.EndToEnd;

/// <summary>A real Docker Engine, where one can be had and starts.</summary>
public class EngineFixture : IAsyncLifetime
{
    private readonly TemporaryDirectory _directory = new();
    private Process? _process;
    private string? _reason;

    /// <summary>Flags of the engine for the place of its images.</summary>
    protected virtual IEnumerable<string> StorageFlags => ["--storage-driver=overlay2"];

    public async ValueTask InitializeAsync()
    {
        var program = Path.Combine(Programs.Peers, "sbin/dockerd");
        if (!File.Exists(program))
        {
            _reason = $"there is no Docker Engine at {program}: run eng/install-peers";
            return;
        }

        var settings = new Dictionary<string, string> { ["PATH"] = $"{Programs.Peers}/bin:{Programs.Peers}/sbin:{Environment.GetEnvironmentVariable("PATH")}" };
        _process = Programs.Start(
            program, settings, _directory.Path,
            [.. StorageFlags, "--data-root", _directory["data"], "--exec-root", _directory["exec"], "-H", "unix://" + _directory["socket"], "--pidfile", _directory["pid"],
            "--iptables=false", "--ip6tables=false", "--bridge=none"]);
        var errors = ListenAsync(_process.StandardError);
        _ = _process.StandardOutput.ReadToEndAsync(CancellationToken.None);
        try
        {
            _reason = await errors.WaitAsync(TimeSpan.FromSeconds(30)) is { } last ? "Docker Engine does not start here: " + last : null;
        }
        catch (TimeoutException)
        {
            _reason = "Docker Engine does not start here within 30 seconds";
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
        {
            if (!_process.HasExited)
            {
                await Programs.RunAsync("kill", new Dictionary<string, string>(), "/", null, "-TERM", _process.Id.ToString());
            }

            await _process.WaitForExitAsync();
            _process.Dispose();
        }

        _directory.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>Where the engine listens; skips the test where there is none.</summary>
    internal string Address
    {
        get
        {
            Assert.SkipWhen(_reason is not null, _reason ?? string.Empty);
            return "unix://" + _directory["socket"];
        }
    }

    /// <summary>Runs docker's command line; skips the test where there is no engine.</summary>
    internal Task<ProgramResult> DockerAsync(params IEnumerable<string> arguments) => RunAsync(Path.Combine(Programs.Peers, "bin/docker"), arguments);

    /// <summary>Runs buildx against the engine.</summary>
    internal Task<ProgramResult> BuildxAsync(params IEnumerable<string> arguments) => RunAsync(DaemonFixture.Buildx(), arguments);

    /// <summary>Runs a program for which the engine is Docker's, whether it succeeds or fails.</summary>
    internal Task<ProgramResult> TryAsync(string program, params IEnumerable<string> arguments)
    {
        var settings = new Dictionary<string, string> { ["DOCKER_HOST"] = Address, ["DOCKER_CONFIG"] = _directory["config"], ["BUILDX_CONFIG"] = _directory["buildx"] };
        return Programs.RunAsync(program, settings, _directory.Path, null, arguments);
    }

    private async Task<ProgramResult> RunAsync(string program, IEnumerable<string> arguments)
    {
        var result = await TryAsync(program, arguments);
        Assert.True(result.ExitCode == 0, result.All);
        return result;
    }

    // The last line when it ended without listening; null once it listens. What it says later is read and dropped.
    private static async Task<string?> ListenAsync(StreamReader errors)
    {
        var last = string.Empty;
        while (await errors.ReadLineAsync() is { } line)
        {
            if (line.Contains("API listen on", StringComparison.Ordinal))
            {
                _ = errors.ReadToEndAsync();
                return null;
            }

            last = line;
        }

        return last;
    }
}
