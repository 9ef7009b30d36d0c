using System.Globalization;
using System.Text.Json.Nodes;

namespace Cofferdam.Dockerfile;

/// <summary>Applies instructions that change how an image is run.</summary>
internal sealed class ConfigLowering(LoweringContext context, Stage stage, Linter linter)
{
    public void Apply(Instruction.Env env)
    {
        var pairs = Expand(env, env.Pairs);
        foreach (var pair in pairs)
        {
            CheckSecret("ENV", pair.Key, env);
            stage.State = stage.State.WithVariable(pair.Key, pair.Value);
            SetVariable(pair);
        }

        AddHistory("ENV " + string.Join(' ', pairs));
    }

    public void Apply(Instruction.Label label)
    {
        var pairs = Expand(label, label.Pairs);
        var before = stage.Image.Config.Labels;
        var labels = (before as ImmutableSortedDictionary<string, string> ?? (before ?? ImmutableSortedDictionary<string, string>.Empty).ToImmutableSortedDictionary(StringComparer.Ordinal))
            .SetItems(pairs.Select(pair => KeyValuePair.Create(pair.Key, pair.Value)));
        stage.Configure(config => config with { Labels = labels });
        AddHistory("LABEL " + string.Join(' ', pairs));
    }

    public void Apply(Instruction.Arg instruction)
    {
        var words = new List<string>();
        foreach (var argument in instruction.Arguments)
        {
            CheckSecret("ARG", argument.Key, instruction);
            var given = context.Options.BuildArguments.GetValueOrDefault(argument.Key);
            CheckGiven(argument.Key, given, instruction);
            var inherited = given is null && argument.Value is null && context.GlobalArguments.TryGet(argument.Key, out var global) ? global : null;
            var value = given ?? inherited ?? (argument.Value is null ? null : context.Expand(stage, instruction, argument.Value, linter));
            if (value is not null && !LoweringContext.IsControl(argument.Key))
            {
                stage.State = stage.State.WithVariable(argument.Key, value);
            }

            if (inherited is null)
            {
                stage.OutlineArguments[argument.Key] = new OutlineArgument(argument.Key, value ?? string.Empty, argument.Description, instruction.Source.Lines);
            }
            else if (context.OutlineArguments.TryGetValue(argument.Key, out var outline))
            {
                stage.OutlineArguments.TryAdd(argument.Key, outline);
            }

            stage.Arguments = stage.Arguments.Set(argument.Key, value ?? string.Empty);
            words.Add(value is null ? argument.Key : $"{argument.Key}={value}");
        }

        AddHistory("ARG " + string.Join(' ', words));
    }

    public void Apply(Instruction.Workdir workdir)
    {
        var before = stage.State.Environment;
        var path = context.Expand(stage, workdir, workdir.Path, linter);
        if (!stage.HasWorkdir && !path.StartsWith('/'))
        {
            linter.Run(CheckRules.WorkdirRelativePath, workdir.Source.Lines, Quote.Text(path));
        }

        stage.HasWorkdir = true;
        // As BuildKit: what is absolute stays as it is written.
        var directory = path.StartsWith('/') ? path : UnixPath.Resolve(stage.Image.Config.WorkingDir ?? "/", path);
        stage.Configure(config => config with { WorkingDir = directory });
        stage.State = stage.State with { Directory = directory };
        if (directory != "/")
        {
            var action = FileSteps.MakeDirectory(directory, 0x1ED); // 0755
            action.Mkdir.MakeParents = true;
            action.Mkdir.Owner = FileSteps.Owner(stage.Image.Config.User ?? string.Empty);
            action.Mkdir.Timestamp = context.Epoch is { } epoch ? epoch.ToUnixTimeSeconds() * 1_000_000_000 : -1;
            var name = StepNames.Prefix(context, stage, StepNames.Of(context.Expander, workdir.Source.Code, before), stage.Platform!, before);
            stage.State = stage.State.File([new FileStep(action)], context.Describe(workdir, name));
        }

        stage.AddHistory("WORKDIR " + directory, hasLayer: directory != "/", context.Epoch);
    }

    public void Apply(Instruction.Cmd cmd)
    {
        CheckOnce(cmd, stage.CmdLines);
        stage.CmdLines = cmd.Source.Lines;
        var arguments = Complete(cmd, cmd.Command);
        stage.Configure(config => config with { Cmd = arguments.IsEmpty ? null : arguments, ArgsEscaped = true });
        AddHistory("CMD " + QuoteAll(arguments));
    }

    public void Apply(Instruction.Entrypoint entrypoint)
    {
        CheckOnce(entrypoint, stage.EntrypointLines);
        stage.EntrypointLines = entrypoint.Source.Lines;
        var arguments = Complete(entrypoint, entrypoint.Command);
        var keepsCmd = stage.CmdLines is not null;
        stage.Configure(config => config with { Entrypoint = arguments.IsEmpty ? null : arguments, Cmd = keepsCmd ? config.Cmd : null });
        AddHistory("ENTRYPOINT " + QuoteAll(arguments));
    }

    public void Apply(Instruction.Healthcheck healthcheck)
    {
        CheckOnce(healthcheck, stage.HealthcheckLines);
        stage.HealthcheckLines = healthcheck.Source.Lines;
        var health = healthcheck.Health;
        stage.Configure(config => config with { Healthcheck = health });
        AddHistory(
            $"HEALTHCHECK {{Test:[{string.Join(' ', health.Test ?? [])}] Interval:{Time(health.Interval)} Timeout:{Time(health.Timeout)} "
            + $"StartPeriod:{Time(health.StartPeriod)} StartInterval:{Time(health.StartInterval)} Retries:{(health.Retries ?? 0).ToString(CultureInfo.InvariantCulture)}}}");

        static string Time(long? nanoseconds) => GoDuration.Format(nanoseconds ?? 0);
    }

    public void ApplySimple(Instruction instruction)
    {
        switch (instruction)
        {
            case Instruction.User user:
                var name = context.Expand(stage, instruction, user.Name, linter);
                stage.State = stage.State with { User = name };
                stage.Configure(config => config with { User = name.Length == 0 ? null : name });
                AddHistory("USER " + name);
                break;
            case Instruction.Maintainer maintainer:
                stage.Image = stage.Image with { Author = maintainer.Text };
                AddHistory("MAINTAINER " + maintainer.Text);
                break;
            case Instruction.Expose expose:
                Apply(expose);
                break;
            case Instruction.Volume volume:
                Apply(volume);
                break;
            case Instruction.Shell shell:
                stage.Configure(config => config with { Shell = shell.Arguments });
                AddHistory($"SHELL [{string.Join(' ', shell.Arguments)}]");
                break;
            case Instruction.StopSignal stopSignal:
                var signal = context.Expand(stage, instruction, stopSignal.Signal, linter);
                SignalNames.Check(signal);
                stage.Configure(config => config with { StopSignal = signal });
                AddHistory("STOPSIGNAL " + signal);
                break;
            default:
                throw new UnsupportedException($"{instruction.Source.Keyword} is not supported yet");
        }
    }

    /// <summary>The arguments with the shell before them, where one is to run them.</summary>
    public static ImmutableArray<string> WithShell(Stage stage, ImmutableArray<string> arguments)
    {
        var shell = stage.Image.Config.Shell is { Count: > 0 } given ? given : stage.Image.Os == "windows" ? ["cmd", "/S", "/C"] : ["/bin/sh", "-c"];
        return [.. shell, string.Join(' ', arguments)];
    }

    private static string QuoteAll(ImmutableArray<string> arguments) => $"[{string.Join(' ', arguments.Select(Quote.Text))}]";

    private void AddHistory(string text)
    {
        context.Budget.Spend(text.Length);
        stage.AddHistory(text, hasLayer: false, context.Epoch);
    }

    private void Apply(Instruction.Expose expose)
    {
        var words = expose.Ports.SelectMany(port => context.Expander.Expand(port, stage.State.Environment).Words);
        var ports = new List<string>();
        foreach (var word in words)
        {
            foreach (var port in PortList.Parse(word, rule => linter.Run(rule, expose.Source.Lines, word)))
            {
                context.Budget.Spend(port.Length); // a few characters name 65,536 of them
                ports.Add(port);
            }
        }

        stage.Configure(config => config with { ExposedPorts = AddKeys(config.ExposedPorts, ports) });
        AddHistory($"EXPOSE [{string.Join(' ', ports)}]");
    }

    private void Apply(Instruction.Volume volume)
    {
        var paths = volume.Paths.Select(path => context.Expand(stage, volume, path, linter)).ToList();
        if (paths.Contains(string.Empty))
        {
            throw DockerfileError.Meaning("VOLUME specified can not be an empty string", InstructionUsage.Of("VOLUME"));
        }

        stage.Configure(config => config with { Volumes = AddKeys(config.Volumes, paths) });
        AddHistory($"VOLUME [{string.Join(' ', paths)}]");
    }

    private static ImmutableSortedDictionary<string, JsonObject> AddKeys(IReadOnlyDictionary<string, JsonObject>? before, IEnumerable<string> keys)
    {
        var known = before as ImmutableSortedDictionary<string, JsonObject>
            ?? (before ?? ImmutableSortedDictionary<string, JsonObject>.Empty).ToImmutableSortedDictionary(StringComparer.Ordinal);
        return known.SetItems(keys.Where(key => !known.ContainsKey(key)).Distinct().Select(key => KeyValuePair.Create(key, new JsonObject())));
    }

    private List<KeyValue> Expand(Instruction instruction, ImmutableArray<KeyValue> pairs)
    {
        var expanded = pairs.Select(pair => pair with { Key = context.Expand(stage, instruction, pair.Key, linter), Value = context.Expand(stage, instruction, pair.Value, linter) }).ToList();
        if (pairs.Any(pair => pair.IsLegacy))
        {
            linter.Run(CheckRules.LegacyKeyValueFormat, instruction.Source.Lines, instruction.Source.Keyword);
        }

        return expanded;
    }

    private void SetVariable(KeyValue pair)
    {
        var lines = stage.Image.Config.Env as ImmutableList<string> ?? [.. stage.Image.Config.Env ?? []];
        var places = stage.VariablePlaces ??= FindPlaces(lines);
        lines = places.TryAdd(pair.Key, lines.Count) ? lines.Add(pair.ToString()) : lines.SetItem(places[pair.Key], pair.ToString());
        stage.Configure(config => config with { Env = lines });
    }

    private static Dictionary<string, int> FindPlaces(ImmutableList<string> lines)
    {
        var places = new Dictionary<string, int>();
        var place = 0;
        foreach (var line in lines)
        {
            places.TryAdd(line.IndexOf('=', StringComparison.Ordinal) is >= 0 and var separator ? line[..separator] : line, place++);
        }

        return places;
    }

    private void CheckSecret(string instruction, string key, Instruction source)
    {
        if (TextChecks.IsSecretName(key))
        {
            linter.Run(CheckRules.SecretsUsedInArgOrEnv, source.Source.Lines, instruction, key);
        }
    }

    private void CheckGiven(string key, string? value, Instruction source)
    {
        if (value is not null && !TextChecks.IsSecretName(key) && TokenShape.Find(value) is { } what)
        {
            linter.Run(CheckRules.SecretInInstruction, source.Source.Lines, $"ARG {Quote.Text(key)} is given {what}");
        }
    }

    // The earlier one is told of: it is the one without effect.
    private void CheckOnce(Instruction instruction, LineRange? before)
    {
        if (before is { } lines)
        {
            linter.Run(CheckRules.MultipleInstructionsDisallowed, lines, instruction.Source.Keyword);
        }
    }

    private ImmutableArray<string> Complete(Instruction instruction, CommandLine command)
    {
        if (!command.IsShellForm)
        {
            return command.Arguments;
        }

        if (stage.Image.Config.Shell is not { Count: > 0 })
        {
            linter.Run(CheckRules.JsonArgsRecommended, instruction.Source.Lines, instruction.Source.Keyword);
        }

        return WithShell(stage, command.Arguments);
    }
}
