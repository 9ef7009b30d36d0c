using System.Globalization;

namespace Cofferdam.Dockerfile;

/// <summary>The stages of a build in order, and images that instructions name as stages of their own.</summary>
internal sealed class StageList(LoweringContext context)
{
    // How many stages of a long circle are named at its beginning and its end.
    private const int CircleEnds = 5;

    private readonly List<Stage> _stages = [];
    private readonly Dictionary<string, Stage> _byName = new(StringComparer.OrdinalIgnoreCase);

    public IReadOnlyList<Stage> All => _stages;

    /// <summary>The stage to build.</summary>
    public Stage Target
    {
        get
        {
            var name = context.Options.Target;
            return name.Length == 0 ? _stages.Last(stage => stage.IsWritten)
                : _byName.TryGetValue(name, out var stage) ? stage
                : throw DockerfileError.Meaning($"target stage {Quote.Text(name)} could not be found", DockerfileError.Suggest(name, _byName.Keys) ?? Describe(_byName.Keys));
        }
    }

    /// <summary>Names of the stages.</summary>
    public IEnumerable<string> Names => _byName.Keys;

    /// <summary>Makes the stages of the text.</summary>
    public void Fill()
    {
        var number = 0;
        foreach (var text in context.Text.Stages)
        {
            Run(text.From.Source.Lines, () => AddStage(text, number++));
        }
    }

    /// <summary>Finds the stages that instructions take files from.</summary>
    public void Connect()
    {
        // What instructions name is added behind the stages of the text.
        for (var i = 0; i < context.Text.Stages.Length; i++)
        {
            var stage = _stages[i];
            foreach (var instruction in stage.Context is null ? context.Text.Stages[i].Instructions : [])
            {
                stage.Commands.Add(ToCommand(stage, instruction, isTrigger: false));
            }
        }

        CheckCircles();
        if (_stages.Count == 1)
        {
            _stages[0].DisplayName = string.Empty;
        }
    }

    /// <summary>Puts triggers of the base before a stage's own instructions; true when some take files from other stages.</summary>
    public bool AddTriggers(Stage stage, IEnumerable<string> triggers)
    {
        var commands = new List<StageCommand>();
        foreach (var trigger in triggers)
        {
            RunTrigger(stage, trigger, () =>
            {
                var parsed = DockerfileParser.Parse(new SourceText("ONBUILD", System.Text.Encoding.UTF8.GetBytes(trigger)));
                if (parsed.Instructions.Length != 1)
                {
                    throw DockerfileError.Meaning("onbuild trigger should be a single expression");
                }

                commands.Add(ToCommand(stage, InstructionParser.Parse(parsed.Instructions[0] with { Lines = stage.Lines }), isTrigger: true));
            });
        }

        stage.Commands.InsertRange(0, commands);
        stage.StepCount += commands.Count(command => IsStep(command.Instruction));
        return commands.Any(command => command.Sources.Any(source => source is not null));
    }

    /// <summary>A stage and all it needs.</summary>
    public static HashSet<Stage> Reach(Stage target)
    {
        var reached = new HashSet<Stage>();
        var pending = new Stack<Stage>([target]);
        while (pending.TryPop(out var stage))
        {
            if (reached.Add(stage))
            {
                stage.Dependencies.ForEach(dependency => pending.Push(dependency.Stage));
                if (stage.Base is not null)
                {
                    pending.Push(stage.Base);
                }
            }
        }

        return reached;
    }

    private static bool IsStep(Instruction instruction) => instruction is Instruction.Run or Instruction.Copy or Instruction.Add or Instruction.Workdir;

    private void Run(LineRange lines, Action action)
    {
        try
        {
            action();
        }
        catch (CofferdamException error) when (error is not UnsupportedException)
        {
            // An error of a trigger points into the trigger, which nobody has at hand.
            throw context.Text.Source.Locate(new CofferdamException(error.Code, error.Message, error) { Hint = error.Hint }, lines);
        }
    }

    private void RunTrigger(Stage stage, string trigger, Action action)
    {
        try
        {
            Run(stage.Lines, action);
        }
        catch (CofferdamException error) when (error is not UnsupportedException)
        {
            var place = $"it is in a trigger of the base image: ONBUILD {trigger}";
            throw new CofferdamException(error.Code, error.Message, error) { Hint = error.Hint is { } hint ? $"{hint} {place}" : place, Location = error.Location };
        }
    }

    // The first few are enough to see how they are written.
    private static string Describe(Dictionary<string, Stage>.KeyCollection names) => names.Count == 0
        ? "no stage has a name: write FROM image AS name"
        : $"there are {string.Join(", ", names.Take(2 * CircleEnds))}{(names.Count > 2 * CircleEnds ? " and more" : string.Empty)}";

    private void AddStage(StageText text, int number)
    {
        var from = text.From;
        var linter = context.Linter.For(from.Source.Comments);
        var image = ExpandGlobal(from, from.Image, linter);
        if (image.Text.Length == 0)
        {
            var near = image.Missing.Select(name => VariableSuggestion.Find(name, context.GlobalArguments.Names.Concat(context.OutlineArguments.Keys))).FirstOrDefault(name => name is not null);
            throw DockerfileError.Meaning($"base name ({from.Image}) should not be blank", near is null ? "give the argument a value with --build-arg or a default" : $"did you mean ${near}?");
        }

        var stage = new Stage(from, image.Text) { DisplayName = from.Name ?? $"stage-{number}" };
        Note(stage, image);
        if (from.Platform.Length > 0)
        {
            var platform = ExpandGlobal(from, from.Platform, linter);
            PlatformChecks.Run(context, from, platform, linter);
            Note(stage, platform);
            stage.Platform = ParsePlatform(from, platform);
        }

        stage.Context = from.Name is null ? null : context.Contexts.Find(from.Name, stage.Platform ?? context.TargetPlatform);
        stage.Base = stage.Context is null && _byName.GetValueOrDefault(image.Text) is { } named && named.From.Name == image.Text ? named : null; // FROM minds the case, COPY --from does not
        _stages.Add(stage);
        if (from.Name is not null)
        {
            _byName[from.Name] = stage;
        }

        stage.StepCount = (image.Text != "scratch" && stage.Base is null ? 1 : 0) + text.Instructions.Count(IsStep);
        stage.IgnoresCache = context.Options.IsUncached(from.Name ?? string.Empty);
    }

    private void Note(Stage stage, ExpandedWord word)
    {
        foreach (var name in word.Found.Where(context.OutlineArguments.ContainsKey))
        {
            stage.OutlineArguments[name] = context.OutlineArguments[name];
        }
    }

    private ExpandedWord ExpandGlobal(Instruction.From from, string word, Linter linter)
    {
        var expanded = context.Expander.Expand(word, context.GlobalArguments);
        foreach (var name in expanded.Missing.Where(name => !context.OutlineArguments.ContainsKey(name)).Order(StringComparer.Ordinal))
        {
            var near = VariableSuggestion.Find(name, context.GlobalArguments.Names.Concat(context.OutlineArguments.Keys));
            linter.Run(CheckRules.UndefinedArgInFrom, from.Source.Lines, name, near is null ? string.Empty : $" (did you mean {near}?)");
        }

        return expanded;
    }

    private Platform ParsePlatform(Instruction.From from, ExpandedWord word)
    {
        var hint = word.Missing.Select(name => VariableSuggestion.Find(name, context.GlobalArguments.Names)).FirstOrDefault(name => name is not null) is { } variable ? $"did you mean ${variable}?" : null;
        if (word.Text.Length == 0)
        {
            throw DockerfileError.Meaning($"empty platform value from expression {from.Platform}", hint ?? "give the argument a value with --build-arg or a default");
        }

        return Platform.TryParse(word.Text, out var platform)
            ? platform
            : throw DockerfileError.Meaning($"failed to parse platform {from.Platform}: {Quote.Text(word.Text)} is none", hint ?? (Platform.FindNear(word.Text) is { } near ? $"did you mean {near}?" : "write it as os/arch or os/arch/variant"));
    }

    private StageCommand ToCommand(Stage stage, Instruction instruction, bool isTrigger)
    {
        ImmutableArray<Stage?> sources = [];
        Run(instruction.Source.Lines, () => sources = instruction switch
        {
            Instruction.Copy { Flags.From.Length: > 0 } copy => [FindCopySource(copy)],
            Instruction.Run run => [.. run.Mounts.Select(mount => RunMountParser.CheckFrom(mount) is { Length: > 0 } name ? FindOrAdd(name, run) : null)],
            _ => [],
        });
        stage.Dependencies.AddRange(sources.OfType<Stage>().Select(source => (source, instruction)));
        return new StageCommand(instruction, sources, isTrigger);
    }

    private Stage FindCopySource(Instruction.Copy copy)
    {
        var name = copy.Flags.From;
        if (new WordExpander(context.Text.Escape).Expand(name, EnvironmentList.Empty).Text != name)
        {
            throw DockerfileError.Meaning("variable expansion is not supported for --from, define a new stage with FROM using ARG from global scope as a workaround", "write FROM $VARIABLE AS name before this stage, and --from=name here");
        }

        if (!int.TryParse(name, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var index))
        {
            return FindOrAdd(name, copy);
        }

        return index >= 0 && index < context.Text.Stages.Length
            ? _stages[index]
            : throw DockerfileError.Meaning($"invalid stage index {index}", $"stages are counted from 0 to {context.Text.Stages.Length - 1}");
    }

    private Stage FindOrAdd(string name, Instruction instruction)
    {
        if (_byName.TryGetValue(name, out var stage))
        {
            return stage;
        }

        stage = new Stage(new Instruction.From(instruction.Source, name, null, string.Empty, string.Empty), name) { IsWritten = false };
        _stages.Add(stage);
        return stage;
    }

    private static string DescribeCircle(List<Stage> path, Stage first)
    {
        var names = path.SkipWhile(stage => stage != first).Append(first).Select(stage => stage.DisplayName).ToList();
        return names.Count <= 2 * CircleEnds
            ? string.Join(" -> ", names)
            : $"{string.Join(" -> ", names.Take(CircleEnds))} -> ({names.Count - (2 * CircleEnds)} more) -> {string.Join(" -> ", names.TakeLast(CircleEnds))}";
    }

    private void CheckCircles()
    {
        var done = new HashSet<Stage>();
        var open = new HashSet<Stage>(); // what path holds
        foreach (var start in _stages)
        {
            var path = new List<Stage>();
            var pending = new Stack<(Stage Stage, int Next)>([(start, 0)]);
            while (pending.TryPop(out var item))
            {
                var (stage, next) = item;
                if (done.Contains(stage))
                {
                    continue;
                }

                if (next == 0)
                {
                    path.Add(stage);
                    open.Add(stage);
                }

                if (next == stage.Dependencies.Count)
                {
                    done.Add(stage);
                    path.RemoveAt(path.Count - 1);
                    open.Remove(stage);
                    continue;
                }

                pending.Push((stage, next + 1));
                var (dependency, instruction) = stage.Dependencies[next];
                if (open.Contains(dependency))
                {
                    throw context.Text.Source.Locate(
                        DockerfileError.Meaning($"circular dependency detected on stage: {dependency.DisplayName}", $"the circle is {DescribeCircle(path, dependency)}"), instruction.Source.Lines);
                }

                pending.Push((dependency, 0));
            }
        }
    }
}
