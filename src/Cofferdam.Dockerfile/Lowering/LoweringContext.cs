namespace Cofferdam.Dockerfile;

/// <summary>What all stages of one platform's build share.</summary>
internal sealed class LoweringContext
{
    // Arguments that tell the builder something and are no variables of steps.
    private static readonly string[] Controls = ["BUILDKIT_SBOM_SCAN_CONTEXT", "BUILDKIT_SBOM_SCAN_STAGE"];

    public required DockerfileText Text { get; init; }

    public required SourceFile File { get; init; }

    public required FrontendOptions Options { get; set; }

    public required BuildContexts Contexts { get; init; }

    public required IFrontendHost Host { get; init; }

    public required Linter Linter { get; init; }

    public required Platform BuildPlatform { get; init; }

    public required Platform TargetPlatform { get; init; }

    /// <summary>Whether nobody asked for a platform, so that the base image's counts.</summary>
    public bool IsImplicitTarget { get; init; }

    /// <summary>Whether stages that the target does not need are looked at too.</summary>
    public bool IncludesAllStages { get; init; }

    /// <summary>Whether files of the context are looked into.</summary>
    public bool ChecksFiles { get; init; }

    public EnvironmentList GlobalArguments { get; set; } = EnvironmentList.Empty;

    public Dictionary<string, OutlineArgument> OutlineArguments { get; } = [];

    /// <summary>The build context; of what it is is known once all stages are done.</summary>
    public LlbState BuildContext { get; set; } = LlbState.Scratch;

    /// <summary>What the ignore file leaves out of the build context, where a path alone tells.</summary>
    public PatternMatcher? Ignored { get; set; }

    /// <summary>Whether that is all there is.</summary>
    public bool IgnoresAll { get; set; }

    /// <summary>SOURCE_DATE_EPOCH, where it is given.</summary>
    public DateTimeOffset? Epoch { get; set; }

    /// <summary>What replacing variables may come to.</summary>
    public ExpansionBudget Budget { get; } = new();

    public WordExpander Expander => field ??= new WordExpander(Text.Escape) { Budget = Budget };

    public static bool IsControl(string name) => Controls.Contains(name);

    public NodeOptions Describe(Instruction instruction, string name) => new() { Name = name, File = File, Lines = [instruction.Source.Lines] };

    /// <summary>Replaces variables by those of the stage so far; those that are nowhere defined are told of.</summary>
    public string Expand(Stage stage, Instruction instruction, string word, Linter linter, WordExpander? expander = null)
    {
        var expanded = (expander ?? Expander).Expand(word, stage.State.Environment);
        foreach (var name in expanded.Missing.Where(name => !IsControl(name) && !stage.Arguments.TryGet(name, out _)).Order(StringComparer.Ordinal))
        {
            var near = VariableSuggestion.Find(name, stage.State.Environment.Names);
            linter.Run(CheckRules.UndefinedVar, instruction.Source.Lines, name, near is null ? string.Empty : $" (did you mean ${near}?)");
        }

        return expanded.Text;
    }
}
