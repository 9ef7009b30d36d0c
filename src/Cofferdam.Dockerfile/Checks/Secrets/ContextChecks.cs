namespace Cofferdam.Dockerfile;

/// <summary>Checks of what the build context has; asked for with <c>--check</c> only, since they read a few files of it.</summary>
/// <param name="contexts">The contexts.</param>
/// <param name="host">Reads files.</param>
/// <param name="linter">Takes hits.</param>
internal sealed class ContextChecks(BuildContexts contexts, IFrontendHost host, Linter linter)
{
    // What is larger is no configuration.
    private const int MaximumBytes = 64 * 1024;

    private static readonly string[] TextEndings =
    [
        ".json", ".yaml", ".yml", ".ini", ".conf", ".cfg", ".cnf", ".config", ".toml", ".properties", ".xml", ".sh", ".txt", ".env", ".pem", ".key", ".crt",
    ];

    // Directories whose files are looked for: each adds all the names to the request.
    private const int MaximumDirectories = 4;

    private readonly Dictionary<string, string?> _contents = [];
    private readonly HashSet<string> _present = [];
    private ImmutableArray<ContextCopy> _copies = [];

    /// <summary>Reads files that COPY and ADD name, and those that a directory would bring along; the linter learns which have no credentials.</summary>
    public async Task ReadAsync(DockerfileText text, CancellationToken cancellationToken)
    {
        _copies = [.. text.Stages.SelectMany(stage => stage.Instructions).Select(ToCopy).OfType<ContextCopy>()];
        var files = _copies.SelectMany(copy => copy.Files).ToHashSet();
        var directories = _copies.SelectMany(copy => copy.Directories).Distinct().Take(MaximumDirectories).ToHashSet();
        if (files.Count + directories.Count == 0)
        {
            return;
        }

        try
        {
            await contexts.ReadIgnoreFileAsync(cancellationToken);
            if (contexts.Candidates(Patterns(files, directories)) is { } candidates)
            {
                foreach (var file in await host.ReadFilesAsync(candidates.ToDefinition(), MaximumBytes, cancellationToken))
                {
                    _present.Add(file.Path);
                    _contents[file.Path] = file.Content is { } content ? CredentialContent.Decode(content.Span) : null;
                }
            }
        }
        catch (CofferdamException)
        {
            return; // a client that serves no such directory has nothing to check
        }

        linter.Harmless = _contents.Where(item => item.Value is { } content && CredentialContent.FindInCredentialFile(item.Key, content) is null).Select(item => item.Key).ToHashSet();
    }

    /// <summary>Tells of what was found.</summary>
    public void Run()
    {
        foreach (var copy in _copies)
        {
            CheckFiles(copy);
            CheckDirectories(copy);
        }
    }

    private static List<string> Patterns(IEnumerable<string> files, IEnumerable<string> directories) =>
        [.. files, .. directories.SelectMany(directory => CredentialFile.Candidates.Append(".git/HEAD").Select(name => directory == "." ? name : directory + "/" + name))];

    private static ContextCopy? ToCopy(Instruction instruction)
    {
        var (sources, flags, source) = instruction switch
        {
            Instruction.Copy { Flags.From.Length: 0 } copy => (copy.Sources, copy.Flags, copy.Source),
            Instruction.Add add => (add.Sources, add.Flags, add.Source),
            _ => (null, null, instruction.Source),
        };
        if (sources is null || flags is null)
        {
            return null;
        }

        var paths = sources.Paths.Where(path => !path.Contains("://", StringComparison.Ordinal) && !path.Contains('$', StringComparison.Ordinal) && !UnixPath.HasWildcards(path))
            .Select(path => UnixPath.Clean("./" + path.TrimStart('/'))).Where(path => !path.StartsWith("..", StringComparison.Ordinal)).ToList();
        var files = paths.Where(IsText).ToImmutableArray();
        return new ContextCopy(source, sources.Destination, files, [.. paths.Where(path => path == "." || UnixPath.Base(path).IndexOf('.', 1) < 0).Except(files)], new PatternMatcher(flags.Excludes));
    }

    // What is no file by its name is not asked for: a directory would come whole.
    private static bool IsText(string path) => path != "." && !CredentialFile.IsDirectory(path) && (CredentialFile.IsMeant(path) || CredentialFile.IsPossible(path) || TextEndings.Any(ending => path.EndsWith(ending, StringComparison.OrdinalIgnoreCase)));

    // Those whose names tell are told of already (SecretChecks).
    private void CheckFiles(ContextCopy copy)
    {
        foreach (var path in copy.Files.Where(path => !CredentialFile.IsMeant(path, copy.Destination)))
        {
            if (_contents.GetValueOrDefault(path) is { } content && (CredentialFile.IsPossible(path) ? CredentialContent.FindInCredentialFile(path, content) : CredentialContent.Find(content)) is { } what)
            {
                linter.For(copy.Source.Comments).Run(CheckRules.CredentialFileCopied, copy.Source.Lines, copy.Source.Keyword.ToUpperInvariant(), $"{Quote.Text(path)} has {what}");
            }
        }
    }

    private void CheckDirectories(ContextCopy copy)
    {
        var lines = linter.For(copy.Source.Comments);
        var keyword = copy.Source.Keyword.ToUpperInvariant();
        foreach (var directory in copy.Directories)
        {
            var prefix = directory == "." ? string.Empty : directory + "/";
            var taken = _present.Where(path => path.StartsWith(prefix, StringComparison.Ordinal) && !copy.Excluded.Matches(path[prefix.Length..])).Order(StringComparer.Ordinal).ToList();
            if (taken.Contains(prefix + ".git/HEAD"))
            {
                lines.Run(CheckRules.GitDirectoryInContext, copy.Source.Lines, keyword, Quote.Text(directory), Quote.Text(prefix + ".git"));
            }

            foreach (var path in taken.Where(HasCredentials))
            {
                lines.Run(CheckRules.CredentialFileInContext, copy.Source.Lines, keyword, Quote.Text(directory), Quote.Text(path));
            }
        }
    }

    // Of what is too large to be read, or no text, the name tells.
    private bool HasCredentials(string path) => _contents.TryGetValue(path, out var content)
        && (content is null ? CredentialFile.IsMeant(path) : CredentialContent.FindInCredentialFile(path, content) is not null);
}
