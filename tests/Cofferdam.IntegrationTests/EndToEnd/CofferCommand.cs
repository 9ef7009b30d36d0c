using System.Diagnostics;
using System.Text.RegularExpressions;
using Cofferdam.Testing;
using Xunit;

namespace Cofferdam.IntegrationTests.EndToEnd;

/// <summary>The real command line with a build context and a state directory of its own, whose daemon ends with it.</summary>
public sealed partial class CofferCommand : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public CofferCommand()
    {
        Root = _directory["root"];
        System.IO.Directory.CreateDirectory(Context);
        File.Copy("/bin/busybox", Path.Combine(Context, "busybox"));
    }

    /// <summary>The directory that everything is in; commands run in it.</summary>
    public string Directory => _directory.Path;

    /// <summary>The build context; it has a busybox.</summary>
    public string Context => _directory["context"];

    /// <summary>The state directory.</summary>
    public string Root { get; set; }

    /// <summary>The program; COFFER_PROGRAM names another, for example the one that is published.</summary>
    public static string Program { get; } = Environment.GetEnvironmentVariable("COFFER_PROGRAM") ?? Path.Combine(AppContext.BaseDirectory, "coffer");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>Builds a Dockerfile in the context, showing errors only; returns the exit code and what was shown, paths and the like replaced.</summary>
    public async Task<string> BuildAsync(string dockerfile, params string[] arguments)
    {
        await File.WriteAllTextAsync(Path.Combine(Context, "Dockerfile"), dockerfile, Token);
        return await RunAsync(["build", "--progress", "quiet", .. arguments, Context]);
    }

    /// <summary>Runs a command to its end; returns its exit code and what it shows, paths and the like replaced.</summary>
    public async Task<string> RunAsync(params string[] arguments)
    {
        using var process = Start(arguments);
        var errors = process.StandardError.ReadToEndAsync(Token);
        var output = await process.StandardOutput.ReadToEndAsync(Token);
        await process.WaitForExitAsync(Token);
        return Normalize($"exit {process.ExitCode}\n{output}{await errors}");
    }

    /// <summary>Starts a command. A terminal's interrupt reaches it even where this process was started without.</summary>
    public Process Start(params string[] arguments) => Start(["env", "--default-signal=INT"], arguments);

    /// <summary>Starts a command by other programs, the last of which runs it.</summary>
    public Process Start(string[] prefix, string[] arguments)
    {
        var start = new ProcessStartInfo(prefix[0], [.. prefix.Skip(1), Program, .. arguments])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Directory,
        };
        start.Environment["COFFER_ROOT"] = Root;
        return Process.Start(start)!;
    }

    /// <summary>The process id of the daemon.</summary>
    public async Task<int> FindDaemonAsync()
    {
        var status = await RunAsync("daemon", "--status");
        return int.Parse(PidLine().Match(status).Groups[1].Value);
    }

    /// <summary>Fails when a build has left something: a process, a mount, a half-written layer or blob.</summary>
    /// <param name="mayResume">Whether blobs may be left that are resumed when they are written again.</param>
    public async Task AssertNothingIsLeftAsync(bool mayResume = false)
    {
        Assert.Empty(Entries("executor/steps"));
        Assert.Empty(Entries("active"));
        Assert.True(mayResume || Entries("ingest").Length == 0, "a blob is half written");
        var daemon = await FindDaemonAsync();
        Assert.DoesNotContain(File.ReadLines($"/proc/{daemon}/mountinfo"), line => line.Contains(Root + "/active", StringComparison.Ordinal) || line.Contains(Root + "/executor", StringComparison.Ordinal));
        Assert.DoesNotContain(CommandLines(), line => line.Contains(Root + "/executor", StringComparison.Ordinal));
    }

    /// <summary>The command lines of all processes.</summary>
    public static IEnumerable<string> CommandLines()
    {
        foreach (var path in System.IO.Directory.EnumerateDirectories("/proc").Where(path => char.IsAsciiDigit(Path.GetFileName(path)[0])))
        {
            var line = string.Empty;
            try
            {
                line = File.ReadAllText(Path.Combine(path, "cmdline")).Replace('\0', ' ');
            }
            catch (IOException)
            {
                // It has ended.
            }

            yield return line;
        }
    }

    public string Normalize(string text)
    {
        text = text.Replace(Directory, "[DIR]", StringComparison.Ordinal);
        text = Reference().Replace(text, "of ref [REF]");
        text = Digests().Replace(text, "sha256:[$1…]");
        text = Times().Replace(text, "[TIME] ");
        return text.TrimEnd();
    }

    public void Dispose()
    {
        using (var stop = Start(["daemon", "--stop", "--force"]))
        {
            stop.WaitForExit(TimeSpan.FromSeconds(15));
        }

        _directory.Dispose();
    }

    private string[] Entries(string name) => System.IO.Directory.Exists(Path.Combine(Root, name)) ? System.IO.Directory.GetFileSystemEntries(Path.Combine(Root, name)) : [];

    [GeneratedRegex("of ref [a-z0-9]+")]
    private static partial Regex Reference();

    [GeneratedRegex("sha256:([0-9a-f]{4})[0-9a-f]{60}")]
    private static partial Regex Digests();

    [GeneratedRegex(@"^\d+\.\d{3} ", RegexOptions.Multiline)]
    private static partial Regex Times();

    [GeneratedRegex(@"^pid (\d+)$", RegexOptions.Multiline)]
    private static partial Regex PidLine();
}
