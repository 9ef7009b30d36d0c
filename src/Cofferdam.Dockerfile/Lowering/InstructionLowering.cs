namespace Cofferdam.Dockerfile;

/// <summary>Applies a stage's instructions to its state and config, one after the other.</summary>
internal static class InstructionLowering
{
    /// <summary>Where programs are looked for when an image does not say.</summary>
    public const string DefaultPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

    public static void Run(LoweringContext context, Stage stage)
    {
        stage.Inherit();
        stage.IsDispatched = true;
        stage.Platform ??= context.TargetPlatform;
        Begin(context, stage);
        foreach (var command in stage.Commands)
        {
            var instruction = command.Instruction;
            try
            {
                stage.IsInTrigger = command.IsTrigger;
                Apply(context, stage, command, context.Linter.For(instruction.Source.Comments));
            }
            catch (UnsupportedException error)
            {
                throw new UnsupportedException($"{error.Message} (line {instruction.Source.Lines.Start})", error) { Hint = error.Hint, Location = context.Text.Source.At(instruction.Source.Lines) };
            }
            catch (CofferdamException error)
            {
                var hinted = IsUnreadJson(instruction.Source.Code)
                    ? new CofferdamException(error.Code, error.Message, error) { Hint = "it begins as the JSON form does, but is no valid JSON: every string needs double quotes, and the list its closing bracket", Location = error.Location }
                    : error;
                throw context.Text.Source.Locate(hinted, instruction.Source.Lines);
            }
        }
    }

    // A list behind the keyword and its flags that was read as words.
    private static bool IsUnreadJson(string code) =>
        code.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Skip(1).FirstOrDefault(word => !word.StartsWith("--", StringComparison.Ordinal)) is ['[', ..]
        && !ArgumentReader.TryReadJson(code[code.IndexOf('[', StringComparison.Ordinal)..], out _);

    // The state begins as the config of the base says.
    private static void Begin(LoweringContext context, Stage stage)
    {
        var config = stage.Image.Config;
        if (stage.Platform!.Os != "windows" && config.Env?.Any(line => line.StartsWith("PATH=", StringComparison.Ordinal)) != true)
        {
            stage.Configure(before => before with { Env = [.. before.Env ?? [], "PATH=" + DefaultPath] });
        }

        foreach (var line in stage.Image.Config.Env ?? [])
        {
            var separator = line.IndexOf('=', StringComparison.Ordinal);
            stage.State = separator < 0 ? stage.State.WithVariable(line, string.Empty) : stage.State.WithVariable(line[..separator], line[(separator + 1)..]);
        }

        stage.State = stage.State with { HostName = context.Options.HostName, Network = context.Options.Network, User = config.User ?? string.Empty };
        if (!string.IsNullOrEmpty(config.WorkingDir))
        {
            var directory = UnixPath.Resolve("/", config.WorkingDir);
            stage.Configure(before => before with { WorkingDir = directory });
            stage.State = stage.State with { Directory = directory };
        }
    }

    private static void Apply(LoweringContext context, Stage stage, StageCommand command, Linter linter)
    {
        var lowering = new ConfigLowering(context, stage, linter);
        switch (command.Instruction)
        {
            case Instruction.Run run:
                new RunLowering(context, stage, linter).Apply(run, command.Sources);
                break;
            case Instruction.Copy copy:
                new CopyLowering(context, stage, linter).Copy(copy, command.Sources.FirstOrDefault());
                break;
            case Instruction.Add add:
                new CopyLowering(context, stage, linter).Add(add);
                break;
            case Instruction.OnBuild trigger:
                stage.Configure(config => config with { OnBuild = (config.OnBuild as ImmutableList<string> ?? [.. config.OnBuild ?? []]).Add(trigger.Trigger) });
                break;
            case Instruction.Env env:
                lowering.Apply(env);
                break;
            case Instruction.Label label:
                lowering.Apply(label);
                break;
            case Instruction.Arg argument:
                lowering.Apply(argument);
                break;
            case Instruction.Workdir workdir:
                lowering.Apply(workdir);
                break;
            case Instruction.Cmd cmd:
                lowering.Apply(cmd);
                break;
            case Instruction.Entrypoint entrypoint:
                lowering.Apply(entrypoint);
                break;
            case Instruction.Healthcheck healthcheck:
                lowering.Apply(healthcheck);
                break;
            default:
                lowering.ApplySimple(command.Instruction);
                break;
        }
    }
}
