namespace Cofferdam.Dockerfile;

/// <summary>Finds the images that stages are based on: all at once, each one once.</summary>
internal sealed class BaseResolver(LoweringContext context, StageList stages)
{
    private static readonly string[] CommonImages = ["alpine", "busybox", "centos", "debian", "golang", "ubuntu", "fedora"];

    private readonly Dictionary<(string Image, string Platform), Task<ResolvedImage>> _images = [];

    /// <summary>Finds the bases of what the target needs; triggers of bases may make it need more.</summary>
    public async Task<HashSet<Stage>> ResolveAsync(Stage target, CancellationToken cancellationToken)
    {
        stages.All.Where(stage => stage.IsWritten).ToList().ForEach(CheckName);
        while (true)
        {
            var reached = context.IncludesAllStages ? [.. stages.All] : StageList.Reach(target);
            var waiting = stages.All.Where(stage => stage.Base is null && !stage.IsResolved && reached.Contains(stage)).ToList();
            var found = waiting.Select(stage => FindAsync(stage, cancellationToken)).ToList();
            await Task.WhenAll(found);
            for (var i = 0; i < waiting.Count; i++)
            {
                waiting[i].IsResolved = true;
                (await found[i])();
            }

            var hasNewSources = false;
            foreach (var stage in stages.All.Where(stage => reached.Contains(stage) && !stage.AreTriggersRead).ToList())
            {
                stage.AreTriggersRead = true;
                var triggers = stage.Base is null
                    ? stage.Image.Config.OnBuild ?? []
                    : stage.Base.Commands.Select(command => command.Instruction).OfType<Instruction.OnBuild>().Select(trigger => trigger.Trigger).ToList();
                hasNewSources |= stages.AddTriggers(stage, triggers);
                stage.Configure(config => config with { OnBuild = null });
            }

            if (!hasNewSources)
            {
                return reached;
            }
        }
    }

    /// <summary>The config of an image of nothing.</summary>
    public static ImageConfig Empty(Platform platform) => new()
    {
        Architecture = platform.Architecture,
        Os = platform.Os,
        OsVersion = platform.OsVersion,
        Variant = platform.Variant,
        Config = new ContainerConfig { WorkingDir = "/", Env = platform.Os == "windows" ? null : ["PATH=" + InstructionLowering.DefaultPath] },
    };

    // What is found is applied in order afterwards: lookups run side by side and stages are not made for that.
    private async Task<Action> FindAsync(Stage stage, CancellationToken cancellationToken)
    {
        try
        {
            return await FindUnlocatedAsync(stage, cancellationToken);
        }
        catch (CofferdamException error)
        {
            throw context.Text.Source.Locate(error, stage.Lines);
        }
    }

    private async Task<Action> FindUnlocatedAsync(Stage stage, CancellationToken cancellationToken)
    {
        if (stage.Context is { } given)
        {
            var loaded = await given.LoadAsync(stage.Paths, cancellationToken);
            return () => ApplyContext(stage, loaded);
        }

        if (stage.BaseName == "scratch")
        {
            return () =>
            {
                stage.Image = Empty(context.TargetPlatform);
                stage.Platform = context.TargetPlatform;
                stage.IsDispatched = !stage.IsWritten;
            };
        }

        var reference = ParseName(stage).WithDefaultTag();
        var platform = stage.Platform ?? context.TargetPlatform;
        if (context.Contexts.Find(stage.BaseName, platform) is { } named)
        {
            var loaded = await named.LoadAsync(stage.Paths, cancellationToken);
            return () => ApplyNamed(stage, loaded, platform);
        }

        var image = await FindImageAsync(stage, reference, platform, cancellationToken);
        return () => ApplyImage(stage, image, platform);
    }

    private async Task<ResolvedImage> FindImageAsync(Stage stage, ImageReference reference, Platform platform, CancellationToken cancellationToken)
    {
        try
        {
            Task<ResolvedImage> task;
            lock (_images)
            {
                if (!_images.TryGetValue((reference.ToString(), platform.ToString()), out task!))
                {
                    var prefix = context.Options.IsMultiPlatform ? $"[{platform} internal]" : "[internal]";
                    task = context.Host.ResolveImageAsync(reference, platform, context.Options.ResolveMode, $"{prefix} load metadata for {reference}", null, cancellationToken);
                    _images.Add((reference.ToString(), platform.ToString()), task);
                }
            }

            return await task;
        }
        catch (CofferdamException error)
        {
            throw new CofferdamException(error.Code, $"{stage.BaseName}: {error.Message}", error) { Hint = Suggest(stage.BaseName) ?? (stage.IsWritten ? error.Hint ?? "check the name; a private image needs coffer login" : "no stage and no context has this name, so it was taken for an image's") };
        }
    }

    private string? Suggest(string name) => DockerfileError.Suggest(name, stages.Names.Concat(context.Contexts.Names).Concat(CommonImages));

    private void ApplyContext(Stage stage, LoadedContext loaded)
    {
        stage.IsDispatched = true;
        stage.State = loaded.State;
        stage.Platform ??= context.TargetPlatform;
        if (loaded.Config is { } config)
        {
            SetImage(stage, config);
            stage.Platform = PlatformOf(stage.Image) ?? stage.Platform;
        }
        else
        {
            stage.Image = Empty(stage.Platform);
        }
    }

    private static void ApplyNamed(Stage stage, LoadedContext loaded, Platform platform)
    {
        stage.State = loaded.State;
        stage.Platform = platform;
        stage.IsDispatched = !stage.IsWritten;
        if (loaded.Config is { } config)
        {
            SetImage(stage, config);
        }
        else
        {
            stage.Image = Empty(platform);
        }
    }

    private void ApplyImage(Stage stage, ResolvedImage image, Platform platform)
    {
        var written = stage.BaseName;
        SetImage(stage, image.Config);
        var actual = PlatformOf(stage.Image);
        if (stage.Platform is null && context.IsImplicitTarget && actual is not null
            && (actual.Os != platform.Os || actual.Architecture != platform.Architecture)
            && actual.Os == context.BuildPlatform.Os && actual.Architecture == context.BuildPlatform.Architecture)
        {
            platform = context.BuildPlatform;
        }

        var pinned = image.Reference.WithDigest(image.Digest);
        stage.BaseName = pinned.ToString();
        stage.Platform = platform;
        stage.IsDispatched = !stage.IsWritten;
        if (stage.Image.RootFs.DiffIds.Count == 0 && stage.History.All(entry => entry.EmptyLayer == true))
        {
            return; // an image without layers is the empty root
        }

        var attributes = context.Options.ResolveMode == "default" ? [] : new[] { KeyValuePair.Create(SourceAttributes.ImageResolveMode, context.Options.ResolveMode) };
        var options = context.Describe(stage.From, StepNames.Prefix(context, stage, "FROM " + stage.BaseName, platform)) with { Command = stage.From.Source.Code, Platform = platform };
        stage.State = LlbState.Source(SourceSchemes.Image + pinned, attributes, options);
        if (actual is not null && (actual.Os != platform.Os || actual.Architecture != platform.Architecture))
        {
            context.Linter.For(stage.From.Source.Comments).Run(CheckRules.InvalidBaseImagePlatform, stage.Lines, written, platform.Normalize().ToString(), actual.ToString());
        }
    }

    private static void SetImage(Stage stage, ReadOnlyMemory<byte> config)
    {
        var image = ImageJson.ReadConfig(config.Span);
        stage.BaseConfig = config;
        stage.Image = image with { Created = null };
        stage.History = [.. image.History ?? []];
    }

    private static Platform? PlatformOf(ImageConfig image) => image.Architecture.Length == 0 || image.Os.Length == 0
        ? null
        : new Platform { Architecture = image.Architecture, Os = image.Os, OsVersion = image.OsVersion, Variant = image.Variant }.Normalize();

    private ImageReference ParseName(Stage stage) => ImageReference.TryParse(stage.BaseName, out var reference)
        ? reference
        : throw DockerfileError.Meaning($"failed to parse stage name {Quote.Text(stage.BaseName)}: {InvalidReference(stage.BaseName)}", Suggest(stage.BaseName) ?? "write it as [registry/]name[:tag][@digest]; names are lower-case");

    // Names of stages that nobody needs are looked at as well.
    private void CheckName(Stage stage)
    {
        if (stage is { Base: null, Context: null } && stage.BaseName != "scratch")
        {
            try
            {
                ParseName(stage);
            }
            catch (CofferdamException error)
            {
                throw context.Text.Source.Locate(error, stage.Lines);
            }
        }
    }

    // The usual mistake is told apart: letters in upper case.
    private static string InvalidReference(string name)
    {
        var slash = name.IndexOf('/', StringComparison.Ordinal);
        var first = slash < 0 ? string.Empty : name[..slash];
        var isHost = first.Contains('.', StringComparison.Ordinal) || first.Contains(':', StringComparison.Ordinal) || first == "localhost" || first.Any(char.IsAsciiLetterUpper);
        var repository = (slash < 0 ? "library/" + name : isHost ? name[(slash + 1)..] : name).Split(':', '@')[0];
        return repository.Any(char.IsAsciiLetterUpper) ? $"invalid reference format: repository name ({repository}) must be lowercase" : "invalid reference format";
    }
}
