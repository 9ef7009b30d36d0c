namespace Cofferdam.Dockerfile;

/// <summary>Where a build's Dockerfile and files come from. One for a request; its answers are the same for all platforms.</summary>
internal sealed class BuildContexts
{
    private const string DockerfileName = "Dockerfile";
    private const string IgnoreName = ".dockerignore";

    private readonly FrontendRequest _request;
    private readonly FrontendOptions _options;
    private readonly IFrontendHost _host;
    private readonly string _unique = Guid.NewGuid().ToString("N");
    private readonly string _dockerfileDirectory;
    private readonly Lazy<LlbState?> _given; // the main context where it is no directory of the client
    private readonly Lock _gate = new(); // guards _ignoring: platforms ask at the same time
    private string[]? _excludes;
    private Task? _ignoring;

    public BuildContexts(FrontendRequest request, FrontendOptions options, IFrontendHost host)
    {
        (_request, _options, _host) = (request, options, host);
        _dockerfileDirectory = options.All.GetValueOrDefault("dockerfilekey", "dockerfile");
        _given = new Lazy<LlbState?>(FindGiven);
        Git = new GitSources(host);
    }

    /// <summary>The repositories of the request.</summary>
    public GitSources Git { get; }

    private LlbState? Input(string name) => _request.Inputs.TryGetValue(name, out var definition) ? ToState(definition) : null;

    /// <summary>Reads the Dockerfile, and the ignore file beside it.</summary>
    public async Task<FoundDockerfile> ReadDockerfileAsync(CancellationToken cancellationToken)
    {
        var isForced = _options.All.ContainsKey("dockerfilekey");
        var name = _options.FileName;
        var directory = (isForced ? null : Input(_dockerfileDirectory) ?? (_request.Inputs.ContainsKey("context") && !IsRemote ? null : _given.Value)) ?? DockerfileDirectory(name);
        await Git.FindHostKeysAsync(cancellationToken);
        var definition = directory.ToDefinition();
        var content = await _host.ReadFileAsync(definition, name, cancellationToken);
        if (content is null && UnixPath.Base(name) == DockerfileName)
        {
            content = await _host.ReadFileAsync(definition, Lower(name), cancellationToken);
        }

        if (content is null && IsHttp)
        {
            // What is fetched is either an archive, which is unpacked by now, or the Dockerfile itself.
            content = await _host.ReadFileAsync(definition, name = "context", cancellationToken);
        }

        if (content is null)
        {
            throw new CofferdamException(ErrorCode.NotFound, $"failed to read dockerfile: open {name}: no such file or directory")
            {
                Hint = "name the file with --file, or build another directory",
            };
        }

        if (await _host.ReadFileAsync(definition, name + IgnoreName, cancellationToken) is { } ignored)
        {
            _excludes = [.. IgnoreFile.Parse(ignored)];
        }

        return new FoundDockerfile(new SourceText(name, content), new SourceFile(name, "Dockerfile", content, definition));
    }

    /// <summary>Patterns of what the main context leaves out; read once, before <see cref="Main"/>.</summary>
    public Task ReadIgnoreFileAsync(CancellationToken cancellationToken)
    {
        if (_given.Value is not null || _excludes is not null)
        {
            return Task.CompletedTask;
        }

        lock (_gate)
        {
            return _ignoring ??= ReadContextIgnoreFileAsync(cancellationToken);
        }
    }

    /// <summary>Tells what the ignore file leaves out of the main context; null where that cannot be said of a path alone: without an ignore file, and where it brings files back.</summary>
    public (PatternMatcher? Ignored, bool IsAll) FindIgnored()
    {
        if (_excludes is not { Length: > 0 } patterns)
        {
            return default;
        }

        var matcher = new PatternMatcher(patterns);
        return matcher.HasExceptions ? default : (matcher, patterns.Any(pattern => pattern is "*" or "**" or "**/*"));
    }

    /// <summary>Some files of the client's directory, without what the ignore file leaves out; null where the context is none.</summary>
    public LlbState? Candidates(IReadOnlyList<string> includes) => _given.Value is not null ? null
        : new LocalDirectory("context", Session("context"), _unique, "context-checks", "[internal] load files to check")
        {
            Includes = includes,
            Excludes = _excludes ?? [],
        }.ToState();

    /// <summary>The main context, or of the client's directory just what is used of it.</summary>
    public LlbState Main(IReadOnlySet<string> paths) => _given.Value ?? new LocalDirectory("context", Session("context"), _unique, "context", "[internal] load build context")
    {
        Paths = LocalDirectory.Narrow(paths),
        Excludes = _excludes ?? [],
    }.ToState();

    /// <summary>The context that a name stands for; null where none was given for it.</summary>
    public NamedContext? Find(string name, Platform platform)
    {
        if (name is "scratch" or "context" || !ImageReference.TryParse(name, out var reference))
        {
            return null;
        }

        var familiar = reference.Familiar;
        familiar = familiar.EndsWith(":latest", StringComparison.Ordinal) ? familiar[..^":latest".Length] : familiar;
        foreach (var key in new[] { $"{familiar}::{platform.Normalize()}", familiar })
        {
            if (_options.All.TryGetValue("context:" + key, out var value))
            {
                return new NamedContext(familiar, key, value, platform, this, _host);
            }
        }

        return null;
    }

    /// <summary>The names that contexts were given for.</summary>
    public IEnumerable<string> Names => _options.All.Keys.Where(key => key.StartsWith("context:", StringComparison.Ordinal)).Select(key => key["context:".Length..].Split("::")[0]);

    /// <summary>A named directory of the client.</summary>
    public LocalDirectory Directory(string name, string sharedKey, string stepName) => new(name, Session(name), _unique, sharedKey, stepName);

    public string Option(string name) => _options.All.GetValueOrDefault(name, string.Empty);

    public string SessionId => _request.SessionId;

    public string ResolveMode => _options.ResolveMode;

    /// <summary>A definition that the client gave under a name.</summary>
    public LlbState RequireInput(string name, string context) =>
        Input(name) ?? throw new InvalidInputException($"invalid input {name} for {context}") { Hint = DockerfileError.Suggest(name, _request.Inputs.Keys) ?? "the client has to send a definition of that name" };

    private async Task ReadContextIgnoreFileAsync(CancellationToken cancellationToken)
    {
        var directory = new LocalDirectory("context", Session("context"), _unique, "context-" + IgnoreName, "[internal] load " + IgnoreName) { Paths = [IgnoreName], AlwaysFetches = true };
        _excludes = [.. IgnoreFile.Parse(await _host.ReadFileAsync(directory.ToState().ToDefinition(), IgnoreName, cancellationToken) ?? [])];
    }

    private bool IsRemote => MainAddress.Length > 0 && (IsHttp || GitReference.Parse(MainAddress) is not null);

    private bool IsHttp => IsHttpAddress(MainAddress) && GitReference.Parse(MainAddress) is null;

    private string MainAddress => Option(_options.All.GetValueOrDefault("contextkey", "context"));

    private static bool IsHttpAddress(string text) => text.StartsWith("http://", StringComparison.Ordinal) || text.StartsWith("https://", StringComparison.Ordinal);

    private static LlbState ToState(Definition definition) => LlbState.Scratch.WithNode(new DefinitionNode(DefinitionReader.Read(definition)));

    private static string Lower(string name) => name[..^DockerfileName.Length] + DockerfileName.ToLowerInvariant();

    private string Session(string directory) => _options.All.GetValueOrDefault("local-sessionid:" + directory, _request.SessionId);

    private LlbState DockerfileDirectory(string name)
    {
        var paths = new List<string> { name, name + IgnoreName };
        if (UnixPath.Base(name) == DockerfileName)
        {
            paths.Add(Lower(name));
        }

        return new LocalDirectory(_dockerfileDirectory, Session(_dockerfileDirectory), _unique, _dockerfileDirectory, "[internal] load build definition from " + name)
        {
            Paths = paths,
            AlwaysFetches = true,
        }.ToState();
    }

    private LlbState? FindGiven()
    {
        var state = FindWhole();
        if (state is null || Option("contextsubdir") is not { Length: > 0 } part)
        {
            return state;
        }

        var copy = FileSteps.Copy(UnixPath.Resolve("/", part), "/");
        copy.Copy.DirCopyContents = true;
        return LlbState.Scratch.File([new FileStep(copy, state.Output)], new NodeOptions { Name = "[internal] load " + part });
    }

    private LlbState? FindWhole()
    {
        var address = MainAddress;
        if (GitReference.Parse(address) is { } git)
        {
            var keeps = GoBoolean.Parse(Option("build-arg:BUILDKIT_CONTEXT_KEEP_GIT_DIR")) == true || git.KeepsGitDirectory == true;

            // Files of a reproducible build have the time of the commit, not that of the checkout.
            var time = git.ModificationTime.Length > 0 ? git.ModificationTime : Option("build-arg:SOURCE_DATE_EPOCH").Length > 0 ? "commit" : string.Empty;
            return Git.Get(git with { KeepsGitDirectory = keeps, ModificationTime = time }, new NodeOptions { Name = "[internal] load git source " + address });
        }

        if (IsHttpAddress(address))
        {
            var file = LlbState.Source(address, [new(SourceAttributes.HttpFileName, "context")], new NodeOptions { Name = "[internal] load remote build context" });
            var copy = FileSteps.Copy("/context", "/");
            copy.Copy.AttemptUnpackDockerCompatibility = true;
            return LlbState.Scratch.File([new FileStep(copy, file.Output)], new NodeOptions { Name = "[internal] unpack remote build context" });
        }

        return address.StartsWith("input:", StringComparison.Ordinal) ? RequireInput(address["input:".Length..], "context")
            : address.Length == 0 ? Input("context")
            : throw new InvalidInputException($"invalid context {Quote.Text(address)}") { Hint = "a context is a directory, a git repository, or an archive's address" };
    }
}
