using System.CommandLine;
using Cofferdam.Cli.DaemonControl;
using Cofferdam.Cli.Errors;
using Cofferdam.Cli.Parsing;
using Cofferdam.Cli.Terminal;
using Cofferdam.Model;

namespace Cofferdam.Cli;

/// <summary>The whole program, but for what the process itself is.</summary>
internal static class CommandLine
{
    /// <summary>Runs one command line to its end and returns the exit code; all errors are shown, none is thrown.</summary>
    public static async Task<int> RunAsync(IReadOnlyList<string> args, CommandConsole console, CommandServices services, CancellationToken cancellationToken)
    {
        try
        {
            var read = new ArgumentReader(CommandTree.Find, CommandTree.Names).Read(args);
            if (read.Command is null || read.WantsHelp)
            {
                var help = read.Command is null ? HelpText.OfProgram(CommandTree.CreateAll()) : HelpText.Of(read.Command);
                await (read.WantsHelp || args.Count == 0 ? console.Output : console.Error).WriteAsync(help);
                return (int)(read.WantsHelp ? ExitCode.Success : ExitCode.Usage);
            }

            CheckCount(read);
            var parse = read.Command.Parse(read.Tokens, new ParserConfiguration { EnablePosixBundling = false, ResponseFileTokenReplacer = null });
            if (parse.Errors.Count > 0)
            {
                throw new UsageException(parse.Errors[0].Message);
            }

            var address = DaemonAddress.Find(read.Global.GetValueOrDefault(GlobalOptions.Host), read.Global.GetValueOrDefault(GlobalOptions.Root), console);
            return await read.Command.RunAsync(parse, new CommandContext(console, services, address), cancellationToken);
        }
        catch (ExitException exit)
        {
            return exit.ExitCode;
        }
#pragma warning disable CA1031 // The last handler of the program: whatever it was, the user is told in one form.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            return (int)ErrorPrinter.Print(exception, console, cancellationToken.IsCancellationRequested);
        }
    }

    private static void CheckCount(ReadArguments read)
    {
        var arguments = read.Command!.Arguments;
        var least = arguments.Sum(argument => argument.Arity.MinimumNumberOfValues);
        var most = arguments.Any(argument => argument.Arity.MaximumNumberOfValues > 1) ? int.MaxValue : arguments.Count;
        if (read.ArgumentCount >= least && read.ArgumentCount <= most)
        {
            return;
        }

        var wanted = (least, most) switch
        {
            (0, 0) => "accepts no arguments",
            (_, int.MaxValue) => $"requires at least {Count(least)}",
            _ when least == most => $"requires {Count(least)}",
            (0, _) => $"requires at most {Count(most)}",
            _ => $"requires {least} to {Count(most)}",
        };
        throw new UsageException($"{Quote.Text("coffer " + read.Command.Name)} {wanted}") { Hint = "usage: " + HelpText.Usage(read.Command) };
    }

    private static string Count(int count) => count == 1 ? "1 argument" : $"{count} arguments";
}
