using System.Text;

namespace Cofferdam.Dockerfile;

/// <summary>Checks for secrets that would stay in the image; they need the text only.</summary>
internal sealed class SecretChecks
{
    private readonly Linter _linter;
    private readonly StageVariables _variables = new();
    private readonly List<string> _targets = []; // of secret mounts in this stage

    private SecretChecks(Linter linter) => _linter = linter;

    public static void Run(DockerfileText text, Linter linter)
    {
        var checks = new SecretChecks(linter);
        foreach (var argument in text.Arguments)
        {
            checks.Check(argument, linter.For(argument.Source.Comments));
        }

        foreach (var stage in text.Stages)
        {
            checks._variables.Begin(stage.From);
            checks._targets.Clear();
            foreach (var instruction in stage.Instructions.Prepend(stage.From))
            {
                checks._variables.Add(instruction);
                checks.Check(instruction, linter.For(instruction.Source.Comments));
            }
        }
    }

    /// <summary>The instruction that an ONBUILD brings; null where it cannot be read, which is told elsewhere.</summary>
    public static Instruction? ReadTrigger(Instruction.OnBuild trigger)
    {
        try
        {
            var parsed = DockerfileParser.Parse(new SourceText("ONBUILD", Encoding.UTF8.GetBytes(trigger.Trigger)));
            return InstructionParser.Parse(parsed.Instructions[0] with { Lines = trigger.Source.Lines });
        }
        catch (CofferdamException)
        {
            return null;
        }
    }

    private void Check(Instruction instruction, Linter linter)
    {
        switch (instruction)
        {
            case Instruction.OnBuild trigger when ReadTrigger(trigger) is { } inner:
                Check(inner, linter);
                break;
            case Instruction.Copy { Flags.From.Length: 0 } copy:
                CheckFiles(copy, copy.Sources, linter);
                CheckTargets(copy, copy.Sources, linter);
                CheckText(copy, linter);
                break;
            case Instruction.Copy copy:
                CheckTargets(copy, copy.Sources, linter);
                CheckText(copy, linter);
                break;
            case Instruction.Add add:
                CheckFiles(add, add.Sources, linter);
                CheckTargets(add, add.Sources, linter);
                CheckText(add, linter);
                break;
            case Instruction.OnBuild:
                break;
            default:
                CheckText(instruction, linter);
                break;
        }

        if (instruction is Instruction.Run run)
        {
            _targets.AddRange(run.Mounts.Where(MountText.IsSecret).Select(MountText.SecretTarget).OfType<string>());
        }
    }

    private static void CheckFiles(Instruction instruction, CopySources sources, Linter linter)
    {
        var meant = sources.Paths.Where(path => !path.Contains("://", StringComparison.Ordinal) && CredentialFile.IsMeant(path, sources.Destination));
        foreach (var path in meant.Where(path => !linter.Harmless.Contains(UnixPath.Clean("./" + path.TrimStart('/')))))
        {
            linter.Run(CheckRules.CredentialFileCopied, instruction.Source.Lines, instruction.Source.Keyword.ToUpperInvariant(), Quote.Text(path));
        }
    }

    // A file that a secret was mounted at before is now one of the image.
    private void CheckTargets(Instruction instruction, CopySources sources, Linter linter)
    {
        var names = sources.Paths.Select(UnixPath.Base).Concat(sources.Documents.Select(document => document.Name)).ToList();
        var written = sources.Destination.EndsWith('/') ? names.Select(name => UnixPath.Clean(sources.Destination + name)).ToList() : [UnixPath.Clean(sources.Destination)];
        if (_targets.Find(written.Contains) is { } target)
        {
            linter.Run(CheckRules.SecretMountTargetCopied, instruction.Source.Lines, instruction.Source.Keyword.ToUpperInvariant(), Quote.Text(target));
        }
    }

    private void CheckText(Instruction instruction, Linter linter)
    {
        var source = instruction.Source;
        var text = Text(instruction);
        var address = UrlCredentials.Find(text, name => _variables.Stays(name, instruction));
        if (address is { } found)
        {
            linter.Run(CheckRules.CredentialsInUrl, source.Lines, source.Keyword.ToUpperInvariant(), Quote.Text(found.Host));
            text = found.Remaining;
        }

        if (FindValue(instruction, text) is { } value)
        {
            linter.Run(CheckRules.SecretInInstruction, source.Lines, value);
            return;
        }

        if (instruction is Instruction.Run run && address is null)
        {
            CheckCommand(run, linter);
        }
    }

    /// <summary>An instruction's text with its documents.</summary>
    public static string Text(Instruction instruction) => instruction.Source.Code + string.Concat(Documents(instruction).Select(document => "\n" + document.Text));

    /// <summary>The documents of an instruction.</summary>
    public static ImmutableArray<Heredoc> Documents(Instruction instruction) => instruction switch
    {
        Instruction.Run run => run.Command.Heredocs,
        Instruction.Copy copy => copy.Sources.Documents,
        Instruction.Add add => add.Sources.Documents,
        _ => [],
    };

    // Where the name tells already (SecretsUsedInArgOrEnv), the value adds nothing.
    private static string? FindValue(Instruction instruction, string text)
    {
        var keyword = instruction.Source.Keyword.ToUpperInvariant();
        var pairs = instruction switch
        {
            Instruction.Arg argument => argument.Arguments.Select(item => (item.Key, item.Value ?? string.Empty)),
            Instruction.Env env => env.Pairs.Select(pair => (pair.Key, pair.Value)),
            _ => null,
        };
        if (pairs is null)
        {
            return TokenShape.Find(text) is { } shape ? $"{keyword} has {shape}" : null;
        }

        return pairs.Where(pair => !TextChecks.IsSecretName(pair.Key))
            .Select(pair => TokenShape.Find(pair.Item2) is { } what ? $"{keyword} {Quote.Text(pair.Key)} is {what}" : null)
            .FirstOrDefault(found => found is not null);
    }

    private void CheckCommand(Instruction.Run run, Linter linter)
    {
        var commands = Commands(run);
        if (new CommandPasswords(name => _variables.Stays(name, run)).Find(commands) is { } how)
        {
            linter.Run(CheckRules.PasswordOnCommandLine, run.Source.Lines, how);
        }

        var targets = run.Mounts.Where(MountText.IsSecret).Select(MountText.SecretTarget).OfType<string>().ToList();
        foreach (var command in commands.Where(command => command.Program is "cp" or "install" or "mv"))
        {
            var sources = command.Arguments.Where(word => !word.Text.StartsWith('-')).SkipLast(1).Select(word => Home(word.Text));
            if (sources.FirstOrDefault(targets.Contains) is { } target)
            {
                linter.Run(CheckRules.SecretMountTargetCopied, run.Source.Lines, command.Program, Quote.Text(target));
                return;
            }
        }
    }

    /// <summary>The commands that a RUN runs.</summary>
    public static ImmutableArray<ShellCommand> Commands(Instruction.Run run)
    {
        var command = run.Command;
        if (!command.IsShellForm)
        {
            return command.Arguments is [var shell, var option, var script, ..] && UnixPath.Base(shell) is "sh" or "bash" or "ash" && option.StartsWith('-') && option.EndsWith('c')
                ? ShellReader.Read(script)
                : [ShellReader.OfWords(command.Arguments)];
        }

        var text = command.Arguments.IsEmpty ? string.Empty : command.Arguments[0];
        return command.Heredocs is [var document, ..] && HeredocReader.Parse(text) is not null ? ShellReader.Read(document.Text) : ShellReader.Read(text);
    }

    private static string Home(string path) => path.StartsWith("~/", StringComparison.Ordinal) ? "/root" + path[1..] : path.StartsWith("$HOME/", StringComparison.Ordinal) ? "/root" + path[5..] : path;
}
