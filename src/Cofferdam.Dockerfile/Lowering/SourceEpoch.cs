using System.Globalization;

namespace Cofferdam.Dockerfile;

/// <summary>Understands SOURCE_DATE_EPOCH: seconds, or where the time comes from.</summary>
internal static class SourceEpoch
{
    /// <summary>The argument's name.</summary>
    public const string Argument = "SOURCE_DATE_EPOCH";

    private const string Form = "its time is that of one source: write FROM scratch AS name and one ADD of an address";

    private const long Last = 253402300799; // the end of the year 9999

    /// <summary>The time; null where the value is empty, or the source has none.</summary>
    public static async Task<DateTimeOffset?> FindAsync(LoweringContext context, string text, CancellationToken cancellationToken)
    {
        if (text.Length == 0)
        {
            return null;
        }

        if (long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var seconds))
        {
            return Math.Abs(seconds) <= Last ? DateTimeOffset.FromUnixTimeSeconds(seconds) : throw Invalid(text);
        }

        var (state, logName) = await FindSourceAsync(context, text, cancellationToken);
        await context.Contexts.Git.FindHostKeysAsync(cancellationToken);
        return OnlySource(state) is { } source ? await context.Host.FindTimeAsync(source, logName, cancellationToken) : null;
    }

    private static CofferdamException Invalid(string text, IEnumerable<string>? names = null) =>
        DockerfileError.Meaning($"invalid {Argument}: {text}", DockerfileError.Suggest(text, names ?? []) ?? "give seconds since 1970, \"context\", a named context, or a stage from scratch with one ADD of an address");

    private static async Task<(LlbState State, string LogName)> FindSourceAsync(LoweringContext context, string name, CancellationToken cancellationToken)
    {
        if (name == "context")
        {
            return (context.Contexts.Main(ImmutableHashSet<string>.Empty), "[internal] resolve main build context metadata");
        }

        if (context.Contexts.Find(name, context.TargetPlatform) is { } named)
        {
            var loaded = await named.LoadAsync(ImmutableHashSet<string>.Empty, cancellationToken);
            return (loaded.State, $"[internal] resolve {Argument} named context {name}");
        }

        var stage = context.Text.Stages.FirstOrDefault(stage => string.Equals(stage.From.Name, name, StringComparison.OrdinalIgnoreCase)) ?? throw Invalid(name, context.Text.Stages.Select(stage => stage.From.Name).OfType<string>().Append("context"));
        try
        {
            return (FindSource(context, stage), $"[internal] resolve {Argument} source stage {stage.From.Name}");
        }
        catch (CofferdamException error)
        {
            throw context.Text.Source.Locate(error, stage.From.Source.Lines);
        }
    }

    private static LlbState FindSource(LoweringContext context, StageText stage)
    {
        var arguments = context.GlobalArguments.Remove(Argument);
        if (context.Expander.Expand(stage.From.Image, arguments).Text != "scratch")
        {
            throw DockerfileError.Meaning($"{Argument} stage must use FROM scratch", Form);
        }

        LlbState? source = null;
        foreach (var instruction in stage.Instructions)
        {
            switch (instruction)
            {
                case Instruction.Arg arg:
                    arguments = Apply(context, arg, arguments);
                    break;
                case Instruction.Add add when source is null:
                    source = FindSource(context, add, arguments);
                    break;
                case Instruction.Add:
                    throw DockerfileError.Meaning($"{Argument} stage must contain exactly one remote ADD", Form);
                default:
                    throw DockerfileError.Meaning($"{Argument} stage does not meet source-only requirements: unsupported {instruction.Source.Code.Split(' ')[0]} instruction", Form);
            }
        }

        return source ?? throw DockerfileError.Meaning($"{Argument} stage must contain exactly one remote ADD", Form);
    }

    private static EnvironmentList Apply(LoweringContext context, Instruction.Arg arg, EnvironmentList arguments)
    {
        foreach (var argument in arg.Arguments)
        {
            var value = context.Options.BuildArguments.TryGetValue(argument.Key, out var given) ? given
                : argument.Value is null ? null
                : context.Expander.Expand(argument.Value, arguments).Text;
            arguments = value is null ? arguments : arguments.Set(argument.Key, value);
        }

        return arguments;
    }

    private static LlbState FindSource(LoweringContext context, Instruction.Add add, EnvironmentList arguments)
    {
        if (add.Sources.Paths.Length != 1 || !add.Sources.Documents.IsEmpty)
        {
            throw DockerfileError.Meaning($"{Argument} stage must contain exactly one remote ADD source", Form);
        }

        var flags = add.Flags with { Checksum = context.Expander.Expand(add.Flags.Checksum, arguments).Text };
        return CopyLowering.FindRemote(context, add, context.Expander.Expand(add.Sources.Paths[0], arguments).Text, flags, string.Empty)?.Source is { } output
            ? LlbState.Scratch with { Output = output }
            : throw DockerfileError.Meaning($"{Argument} stage source must be a single HTTP(S) or Git ADD", Form);
    }

    // Only what comes from one place has one time.
    private static SourceOp? OnlySource(LlbState state)
    {
        var sources = state.ToDefinition() is { Def.Count: > 0 } definition
            ? DefinitionReader.Read(definition).Operations.Where(operation => operation.Op.OpCase == Op.OpOneofCase.Source).Select(operation => operation.Op.Source).ToList()
            : [];
        return sources.Count == 1 ? sources[0] : null;
    }
}
