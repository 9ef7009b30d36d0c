using System.CommandLine;
using Cofferdam.Cli.DaemonControl;
using Cofferdam.Cli.Parsing;
using Cofferdam.Cli.Progress;
using Cofferdam.Cli.Terminal;
using Cofferdam.Model;
using Cofferdam.Protocol.Images;
using Grpc.Core;

namespace Cofferdam.Cli.Commands;

/// <summary><c>coffer run</c>.</summary>
internal sealed class RunCommand : CofferCommand
{
    private readonly Argument<string> _image;
    private readonly Argument<string[]> _arguments;
    private readonly Option<bool> _interactive;
    private readonly Option<bool> _terminal;
    private readonly Option<string[]> _environment;
    private readonly Option<string[]> _volumes;
    private readonly Option<string?> _workingDirectory;
    private readonly Option<string?> _user;
    private readonly Option<string?> _entrypoint;
    private readonly Option<string?> _network;
    private readonly Option<string?> _name;
    private readonly Option<string?> _hostName;
    private readonly Option<string?> _platform;
    private readonly Option<bool> _readOnly;

    /// <summary>Makes the command.</summary>
    public RunCommand()
        : base("run", "Run a command in a container made of an image; the container is removed afterwards")
    {
        StopsAtFirstArgument = true;
        _image = Required("IMAGE", "Name or digest");
        _arguments = Rest("ARGUMENT", "Arguments, or a command instead of the image's", atLeastOne: false);
        _interactive = Flag("--interactive", "-i", "Pass standard input on");
        _terminal = Flag("--tty", "-t", "Give the process a terminal");
        Flag("--rm", null, "Accepted for docker's sake; containers are always removed");
        _environment = Many("--env", "-e", "NAME[=VALUE]", "Set a variable; without a value, to the one here");
        _volumes = Many("--volume", "-v", "SOURCE:TARGET[:ro]", "Mount a file or directory of this machine");
        _workingDirectory = One("--workdir", "-w", "PATH", "Directory to start in");
        _user = One("--user", "-u", "USER[:GROUP]", "User to run as");
        _entrypoint = One("--entrypoint", null, "PROGRAM", "Replaces the image's entry point; empty clears it");
        _network = One("--network", null, "MODE", "default, none or host");
        _name = One("--name", null, "NAME", "Name of the container");
        _hostName = One("--hostname", null, "NAME", "Host name in the container");
        _platform = One("--platform", null, "OS/ARCH", "Platform of the image");
        _readOnly = Flag("--read-only", null, "Nothing of the image can be written");
        Examples = ["coffer run app", "coffer run -it alpine sh", "coffer run -v .:/src -w /src golang go test ./..."];
    }

    /// <inheritdoc/>
    public override async Task<int> RunAsync(ParseResult parse, CommandContext context, CancellationToken cancellationToken)
    {
        var start = ReadStart(parse, context.Console);
        if (parse.GetValue(_terminal) && start.Interactive && !context.Console.InputIsTerminal)
        {
            throw new UsageException("standard input is not a terminal") { Hint = "leave out -t" };
        }

        await using var connection = await context.ConnectAsync(cancellationToken);
        await FetchIfMissingAsync(start, context, connection, cancellationToken);
        return await new ContainerSession(connection.Invoker, context.Console).RunAsync(start, cancellationToken);
    }

    private static async Task FetchIfMissingAsync(RunStart start, CommandContext context, DaemonConnection connection, CancellationToken cancellationToken)
    {
        var client = new Images.ImagesClient(connection.Invoker);
        try
        {
            await client.InspectAsync(new InspectImageRequest { Reference = start.Image, Platform = start.Platform }, cancellationToken: cancellationToken);
        }
        catch (RpcException exception) when (exception.StatusCode == StatusCode.NotFound && ImageReference.TryParse(start.Image, out _))
        {
            await ImageTransfer.PullAsync(context, connection, start.Image, start.Platform, ProgressMode.Auto, cancellationToken);
        }
    }

    private RunStart ReadStart(ParseResult parse, CommandConsole console)
    {
        var start = new RunStart
        {
            Image = parse.GetValue(_image)!,
            Interactive = parse.GetValue(_interactive),
            WorkingDirectory = parse.GetValue(_workingDirectory) ?? string.Empty,
            User = parse.GetValue(_user) ?? string.Empty,
            Network = parse.GetValue(_network) ?? "default",
            Name = parse.GetValue(_name) ?? string.Empty,
            HostName = parse.GetValue(_hostName) ?? string.Empty,
            Platform = parse.GetValue(_platform) ?? string.Empty,
            ReadOnly = parse.GetValue(_readOnly),
        };
        if (start.Network is not ("default" or "none" or "host"))
        {
            throw new UsageException($"network mode {Quote.Text(start.Network)} is not supported") { Hint = "it is default, none or host" };
        }

        start.Arguments.Add(parse.GetValue(_arguments) ?? []);
        foreach (var variable in parse.GetValue(_environment) ?? [])
        {
            if (variable.Contains('=', StringComparison.Ordinal))
            {
                start.Environment.Add(variable);
            }
            else if (console.Variable(variable) is { } value)
            {
                start.Environment.Add($"{variable}={value}");
            }
        }

        start.Volumes.Add((parse.GetValue(_volumes) ?? []).Select(text => VolumeOf(text, console)));
        if (parse.GetResult(_entrypoint) is not null)
        {
            // The parser gives no value for an empty one.
            var entrypoint = parse.GetValue(_entrypoint) ?? string.Empty;
            start.HasEntrypoint = true;
            start.Entrypoint.Add(entrypoint.Length > 0 ? [entrypoint] : []);
        }

        if (parse.GetValue(_terminal))
        {
            var (rows, columns) = console.Size();
            start.Terminal = new TerminalSize { Rows = rows, Columns = columns };
        }

        return start;
    }

    private static Volume VolumeOf(string text, CommandConsole console)
    {
        var parts = text.Split(':');
        if (parts.Length is < 2 or > 3 || parts[0].Length == 0 || !parts[1].StartsWith('/') || (parts.Length == 3 && parts[2] is not ("ro" or "rw")))
        {
            throw new UsageException($"invalid volume {Quote.Text(text)}") { Hint = "write it as SOURCE:TARGET[:ro], with an absolute target" };
        }

        return parts[0][0] is '/' or '.' or '~'
            ? new Volume { Source = console.FullPath(parts[0]), Target = parts[1], ReadOnly = parts.Length == 3 && parts[2] == "ro" }
            : throw new UnsupportedException($"named volume {Quote.Text(parts[0])} is not supported yet") { Hint = $"for a directory write ./{parts[0]}" };
    }
}
