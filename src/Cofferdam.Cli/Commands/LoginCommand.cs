using System.CommandLine;
using System.Text;
using Cofferdam.Cli.Parsing;
using Cofferdam.Cli.Terminal;
using Cofferdam.Linux;
using Cofferdam.Model;
using Cofferdam.Registry;

namespace Cofferdam.Cli.Commands;

/// <summary><c>coffer login</c>.</summary>
internal sealed class LoginCommand : CofferCommand
{
    private readonly Argument<string?> _registry;
    private readonly Option<string?> _user;
    private readonly Option<string?> _password;
    private readonly Option<bool> _passwordFromInput;

    /// <summary>Makes the command.</summary>
    public LoginCommand()
        : base("login", "Keep credentials for a registry, where docker keeps them")
    {
        _registry = Optional("REGISTRY", "Host of the registry; without it, Docker Hub");
        _user = One("--username", "-u", "NAME", "User name");
        _password = One("--password", "-p", "PASSWORD", "Password or token; others can see it in the list of processes");
        _passwordFromInput = Flag("--password-stdin", null, "Read the password from standard input");
        Examples = ["coffer login registry.example.com -u me --password-stdin < token"];
    }

    /// <inheritdoc/>
    public override async Task<int> RunAsync(ParseResult parse, CommandContext context, CancellationToken cancellationToken)
    {
        var console = context.Console;
        var fromInput = parse.GetValue(_passwordFromInput);
        if (fromInput && parse.GetValue(_password) is not null)
        {
            throw new UsageException("\"--password\" and \"--password-stdin\" exclude each other");
        }

        var user = parse.GetValue(_user) ?? await AskAsync(console, "Username: ", isSecret: false, cancellationToken);
        var password = fromInput
            ? (await new StreamReader(console.Input).ReadToEndAsync(cancellationToken)).TrimEnd('\r', '\n')
            : parse.GetValue(_password) ?? await AskAsync(console, "Password: ", isSecret: true, cancellationToken);
        if (user.Length == 0 || password.Length == 0)
        {
            throw new UsageException("a user name and a password are needed") { Hint = "give them with -u and --password-stdin" };
        }

        var host = parse.GetValue(_registry) ?? ImageReference.DefaultRegistry;
        var login = new RegistryLogin(user, password);
        try
        {
            await context.Services.CheckLoginAsync(host, login, cancellationToken);
        }
        catch (UnauthorizedException error)
        {
            throw new UnauthorizedException(error.Message, error) { Hint = "check the user name and the password; nothing was kept" };
        }

        await DockerConfigCredentials.ForUser(console.Variable).LoginAsync(host, login, cancellationToken);
        await console.Output.WriteLineAsync("Login Succeeded");
        return 0;
    }

    private static async Task<string> AskAsync(CommandConsole console, string question, bool isSecret, CancellationToken cancellationToken)
    {
        if (!console.InputIsTerminal)
        {
            throw new UsageException("standard input is not a terminal to ask on") { Hint = "give -u and --password-stdin" };
        }

        await console.Error.WriteAsync(question);
        using var raw = isSecret ? TerminalMode.MakeRaw(0) : null;
        var answer = new List<byte>();
        var one = new byte[1];
        while (await console.Input.ReadAsync(one, cancellationToken) == 1 && one[0] is not ((byte)'\n' or (byte)'\r'))
        {
            switch (one[0])
            {
                case 3: // Ctrl-C, which a raw terminal makes no signal of
                    throw new ExitException((int)ExitCode.Interrupted);
                case 8 or 127 when answer.Count > 0: // backspace
                    answer.RemoveAt(answer.Count - 1);
                    break;
                default:
                    answer.Add(one[0]);
                    break;
            }
        }

        if (isSecret)
        {
            await console.Error.WriteAsync("\r\n");
        }

        return Encoding.UTF8.GetString([.. answer]);
    }
}
