namespace Cofferdam.Dockerfile;

/// <summary>Makes the graph and the config of one platform's image.</summary>
internal static class DockerfileLowering
{
    /// <summary>Applies all instructions that the target needs.</summary>
    public static async Task<LoweredTarget> RunAsync(LoweringContext context, CancellationToken cancellationToken)
    {
        var files = context.ChecksFiles ? new ContextChecks(context.Contexts, context.Host, context.Linter) : null;
        await (files?.ReadAsync(context.Text, cancellationToken) ?? Task.CompletedTask);
        TextChecks.Run(context.Text, context.Linter);
        SecretChecks.Run(context.Text, context.Linter);
        DirectiveChecks.Run(context.Text, context.Linter);
        files?.Run();
        await GlobalArguments.ApplyAsync(context, cancellationToken);
        var stages = new StageList(context);
        stages.Fill();
        var target = stages.Target;
        stages.Connect();
        var reached = await new BaseResolver(context, stages).ResolveAsync(target, cancellationToken);
        await context.Contexts.ReadIgnoreFileAsync(cancellationToken);
        (context.Ignored, context.IgnoresAll) = context.Contexts.FindIgnored();

        var paths = new HashSet<string>();
        context.BuildContext = LlbState.Scratch.WithNode(new DeferredNode(() => context.Contexts.Main(paths).Output));
        foreach (var stage in stages.All.Where(stage => reached.Contains(stage) && !stage.IsDispatched))
        {
            InstructionLowering.Run(context, stage);
            paths.UnionWith(stage.ContextPaths);
        }

        target.Paths.Add("/");
        context.Linter.ThrowOnHits();
        return new LoweredTarget(target, reached);
    }

    /// <summary>The image of a target.</summary>
    public static async Task<FrontendImage> FinishAsync(LoweringContext context, Stage target, CancellationToken cancellationToken)
    {
        await context.Contexts.Git.FindHostKeysAsync(cancellationToken);
        if (context.Options.Labels.Count > 0)
        {
            var labels = new SortedDictionary<string, string>(target.Image.Config.Labels?.ToDictionary() ?? [], StringComparer.Ordinal);
            foreach (var (name, value) in context.Options.Labels)
            {
                labels[name] = value;
            }

            target.Configure(config => config with { Labels = labels });
        }

        var image = target.Image with { History = target.History, RootFs = target.BaseConfig is null ? new RootFs() : target.Image.RootFs };
        var wanted = context.TargetPlatform;
        if (!context.IsImplicitTarget)
        {
            var isSame = wanted.Os == image.Os && wanted.Architecture == image.Architecture;
            image = image with
            {
                Os = wanted.Os,
                Architecture = wanted.Architecture,
                Variant = wanted.Variant is not null || !isSame ? wanted.Variant : image.Variant,
                OsVersion = wanted.OsVersion is not null || !isSame ? wanted.OsVersion : image.OsVersion,
            };
        }

        var normal = new Platform { Os = image.Os, Architecture = image.Architecture, Variant = image.Variant, OsVersion = image.OsVersion }.Normalize();
        image = image with { Os = normal.Os, Architecture = normal.Architecture, Variant = normal.Variant, OsVersion = normal.OsVersion };
        return new FrontendImage(wanted, target.State.ToDefinition(), image, target.BaseConfig);
    }
}
