namespace Cofferdam.Dockerfile;

/// <summary>A stage that is being made into a graph.</summary>
internal sealed class Stage(Instruction.From from, string baseName)
{
    public Instruction.From From { get; } = from;

    /// <summary>The image or stage it is based on; once it was looked up with its digest.</summary>
    public string BaseName { get; set; } = baseName;

    /// <summary>Its name as users see it; empty where it is the only one.</summary>
    public string DisplayName { get; set; } = string.Empty;

    /// <summary>Null until it is known.</summary>
    public Platform? Platform { get; set; }

    /// <summary>The stage it is based on; null where that is an image.</summary>
    public Stage? Base { get; set; }

    /// <summary>What is used in its place.</summary>
    public NamedContext? Context { get; set; }

    public LlbState State { get; set; } = LlbState.Scratch;

    public ImageConfig Image { get; set; } = new();

    public ImmutableList<HistoryEntry> History { get; set; } = [];

    /// <summary>The config of the image below, as it came.</summary>
    public ReadOnlyMemory<byte>? BaseConfig { get; set; }

    /// <summary>Stages that it takes files from, with the instruction that does.</summary>
    public List<(Stage Stage, Instruction Instruction)> Dependencies { get; } = [];

    public List<StageCommand> Commands { get; set; } = [];

    /// <summary>ARGs so far, those of the stages below included; one without a value has an empty one.</summary>
    public EnvironmentList Arguments { get; set; } = EnvironmentList.Empty;

    /// <summary>Where variables stand in the config's environment; made when the first is set.</summary>
    public Dictionary<string, int>? VariablePlaces { get; set; }

    /// <summary>Paths of the build context that it uses.</summary>
    public HashSet<string> ContextPaths { get; } = [];

    /// <summary>Paths of itself that are used; the same set as its base's.</summary>
    public HashSet<string> Paths { get; set; } = [];

    public bool IgnoresCache { get; set; }

    /// <summary>Whether it stands in the Dockerfile, and is no image that some instruction names.</summary>
    public bool IsWritten { get; init; } = true;

    public bool IsResolved { get; set; }

    public bool IsDispatched { get; set; }

    public bool AreTriggersRead { get; set; }

    public int StepCount { get; set; }

    public int StepIndex { get; set; }

    /// <summary>Whether the instruction at hand is a trigger's.</summary>
    public bool IsInTrigger { get; set; }

    public bool HasWorkdir { get; set; }

    public LineRange? CmdLines { get; set; }

    public LineRange? EntrypointLines { get; set; }

    public LineRange? HealthcheckLines { get; set; }

    public Dictionary<string, OutlineArgument> OutlineArguments { get; } = [];

    public Dictionary<string, OutlineSecret> OutlineSecrets { get; } = [];

    public Dictionary<string, OutlineSecret> OutlineAgents { get; } = [];

    public LineRange Lines => From.Source.Lines;

    public void Configure(Func<ContainerConfig, ContainerConfig> change) => Image = Image with { Config = change(Image.Config) };

    /// <summary>Takes over what the stage below has come to.</summary>
    public void Inherit()
    {
        if (Base is not null)
        {
            State = Base.State;
            Platform = Base.Platform;
            Image = Base.Image with { Config = Base.Image.Config with { OnBuild = null } };
            History = Base.History;
            BaseConfig = Base.BaseConfig;
            Paths = Base.Paths;
            HasWorkdir = Base.HasWorkdir;
            Arguments = Base.Arguments;
        }
    }

    public void AddHistory(string command, bool hasLayer, DateTimeOffset? time) => History = History.Add(new HistoryEntry
    {
        Created = time?.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", System.Globalization.CultureInfo.InvariantCulture),
        CreatedBy = command,
        Comment = "buildkit.dockerfile.v0",
        EmptyLayer = hasLayer ? null : true,
    });
}
