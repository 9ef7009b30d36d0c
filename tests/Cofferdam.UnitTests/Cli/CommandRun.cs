using System.Text;
using Cofferdam.Cli;
using Cofferdam.Cli.Build;
using Cofferdam.Cli.DaemonControl;
using Cofferdam.Cli.Terminal;
using Cofferdam.Daemon;
using Cofferdam.Registry;
using Microsoft.Extensions.Time.Testing;

namespace Cofferdam.UnitTests.Cli;

/// <summary>One run of the whole program against a fake daemon.</summary>
internal sealed class CommandRun : IDisposable
{
    public FakeCalls Daemon { get; } = new();

    public Dictionary<string, string> Variables { get; } = new() { ["HOME"] = "/home/user" };

    public string Directory { get; } = System.IO.Directory.CreateTempSubdirectory("coffer-test-").FullName;

    public Stream Input { get; set; } = Stream.Null;

    public bool OutputIsTerminal { get; set; }

    public FakeTimeProvider Time { get; } = new(new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero));

    public SessionContents? Session { get; private set; }

    public DaemonOptions? DaemonOptions { get; private set; }

    public Func<string, RegistryLogin, Task> CheckLogin { get; set; } = (_, _) => Task.CompletedTask;

    public string Output { get; private set; } = string.Empty;

    public string Error { get; private set; } = string.Empty;

    public string File(string path, string text = "")
    {
        var full = Path.Combine(Directory, path);
        System.IO.Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        System.IO.File.WriteAllText(full, text);
        return full;
    }

    public async Task<int> RunAsync(params string[] args)
    {
        using var outputStream = new MemoryStream();
        var output = new StringWriter { NewLine = "\n" };
        var error = new StringWriter { NewLine = "\n" };
        var console = new CommandConsole
        {
            Input = Input,
            OutputStream = outputStream,
            Output = output,
            Error = error,
            ErrorStream = Stream.Null,
            OutputIsTerminal = OutputIsTerminal,
            Variable = name => Variables.GetValueOrDefault(name),
            WorkingDirectory = Directory,
            Time = Time,
        };
        var services = new CommandServices
        {
            Daemons = new Connector(Daemon),
            Sessions = new Sessions(this),
            CheckLoginAsync = (host, login, _) => CheckLogin(host, login),
            RunDaemonAsync = (options, _) =>
            {
                DaemonOptions = options;
                return Task.CompletedTask;
            },
        };
        var exit = await CommandLine.RunAsync(args, console, services, CancellationToken.None);
        Output = (output + Encoding.UTF8.GetString(outputStream.ToArray())).Replace(Directory, "[DIR]", StringComparison.Ordinal);
        Error = error.ToString().Replace(Directory, "[DIR]", StringComparison.Ordinal);
        return exit;
    }

    public void Dispose() => System.IO.Directory.Delete(Directory, recursive: true);

    private sealed class Connector(FakeCalls calls) : IDaemonConnector
    {
        public Task<DaemonConnection> ConnectAsync(DaemonAddress address, CommandConsole console, CancellationToken cancellationToken) =>
            Task.FromResult(new DaemonConnection(calls, null));
    }

    private sealed class Sessions(CommandRun owner) : IBuildSessions
    {
        public Task<IBuildSession> OpenAsync(DaemonConnection connection, SessionContents contents, CommandConsole console, CancellationToken cancellationToken)
        {
            owner.Session = contents;
            return Task.FromResult<IBuildSession>(new OpenSession());
        }
    }

    private sealed class OpenSession : IBuildSession
    {
        public string Id => "the-session";

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
