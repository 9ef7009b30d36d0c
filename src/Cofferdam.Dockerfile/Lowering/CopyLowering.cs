using System.Text.RegularExpressions;
using Google.Protobuf;

namespace Cofferdam.Dockerfile;

/// <summary>Applies COPY and ADD.</summary>
internal sealed partial class CopyLowering(LoweringContext context, Stage stage, Linter linter)
{
    public void Copy(Instruction.Copy copy, Stage? from)
    {
        if (from is { IsDispatched: false })
        {
            throw DockerfileError.Meaning($"cannot copy from stage {Quote.Text(copy.Flags.From)}, it needs to be defined before current stage {Quote.Text(stage.DisplayName)}", "move that stage before this one");
        }

        var sources = Apply(copy, copy.Sources, copy.Flags, from?.State ?? context.BuildContext, isAdd: false);
        (from?.Paths ?? stage.ContextPaths).UnionWith(sources.Paths.Select(path => UnixPath.Join("/", path)));
    }

    public void Add(Instruction.Add add)
    {
        var sources = Apply(add, add.Sources, add.Flags, context.BuildContext, isAdd: true);
        stage.ContextPaths.UnionWith(sources.Paths.Where(path => !IsHttp(path) && FindGit(path) is null).Select(path => UnixPath.Join("/", path)));
    }

    private static bool IsHttp(string path) => path.StartsWith("http://", StringComparison.Ordinal) || path.StartsWith("https://", StringComparison.Ordinal);

    private static GitReference? FindGit(string path) => GitReference.Parse(path) is { MayBePath: false } git ? git : null;

    private CopySources Apply(Instruction instruction, CopySources written, CopyFlags writtenFlags, LlbState files, bool isAdd)
    {
        var flags = writtenFlags with
        {
            Owner = Expand(instruction, writtenFlags.Owner),
            Mode = Expand(instruction, writtenFlags.Mode),
            Checksum = Expand(instruction, writtenFlags.Checksum),
        };
        var sources = new CopySources([.. written.Paths.Select(path => Expand(instruction, path))], written.Documents, Expand(instruction, written.Destination));
        CheckChecksum(flags, sources);
        var variables = stage.State.Environment;
        var text = StepNames.Of(context.Expander, instruction.Source.Code, variables);
        var name = StepNames.Prefix(context, stage, text, stage.Platform!, variables);
        var steps = ImmutableArray.CreateBuilder<FileStep>();
        foreach (var path in sources.Paths)
        {
            if (ReferenceEquals(files, context.BuildContext))
            {
                CheckIgnored(instruction, path, isAdd);
            }

            steps.Add(Finish(ToStep(instruction, path, flags, files, isAdd, name), flags, sources.Destination, stage.State.Directory));
        }

        foreach (var document in sources.Documents)
        {
            steps.Add(Finish(ToStep(instruction, document), flags, sources.Destination, stage.State.Directory));
        }

        var options = context.Describe(instruction, name) with { IgnoreCache = stage.IgnoresCache };
        stage.State = flags.IsLink && flags.Mode.Length == 0 ? Link(steps.ToImmutable(), options, text, variables) : stage.State.File(steps.ToImmutable(), options);
        stage.AddHistory(Describe(sources, flags, isAdd), hasLayer: true, context.Epoch);
        return sources;
    }

    // A root is left out by patterns only that leave out all that is in it.
    private void CheckIgnored(Instruction instruction, string path, bool isAdd)
    {
        if (context.Ignored is { } ignored && !IsHttp(path) && FindGit(path) is null && UnixPath.Clean(path) is var clean
            && (clean is not ("." or "/") || context.IgnoresAll) && ignored.Matches(clean))
        {
            linter.Run(CheckRules.CopyIgnoredFile, instruction.Source.Lines, isAdd ? "Add" : "Copy", Quote.Text(clean));
        }
    }

    private string Expand(Instruction instruction, string word) => word.Length == 0 ? word : context.Expand(stage, instruction, word, linter);

    private static Digest ParseChecksum(string text) => Digest.TryParse(text, out var digest) ? digest
        : throw DockerfileError.Meaning($"invalid checksum digest {(text.StartsWith("sha", StringComparison.Ordinal) && text.Contains(':', StringComparison.Ordinal) ? "length" : "format")}", "write it as sha256: and 64 hexadecimal digits");

    private static void CheckChecksum(CopyFlags flags, CopySources sources)
    {
        if (flags.Checksum.Length == 0)
        {
            return;
        }

        if (sources.Paths.Length != 1)
        {
            throw DockerfileError.Meaning("checksum can't be specified for multiple sources", "write an ADD for each source");
        }

        if (!IsHttp(sources.Paths[0]) && FindGit(sources.Paths[0]) is null)
        {
            throw DockerfileError.Meaning("checksum requires HTTP(S) or Git sources", "files of the build context are known by their content: leave it out");
        }
    }

    // The files go into a layer of their own, which is laid over the stage: the layer is the same whatever the stage.
    private LlbState Link(ImmutableArray<FileStep> steps, NodeOptions options, string text, EnvironmentList variables)
    {
        var id = Digest.Of($"{options.Name}\n{stage.Platform}").Hex[..24];
        var layer = LlbState.Scratch.File(steps, options with { ProgressGroup = new ProgressGroup { Id = id, Name = options.Name, Weak = true } });
        stage.StepIndex -= stage.StepCount == 0 ? 0 : 1;
        var merge = options with
        {
            Name = StepNames.Prefix(context, stage, "LINK " + text, stage.Platform!, variables),
            ProgressGroup = new ProgressGroup { Id = id, Name = options.Name },
            Platform = stage.Platform,
        };
        return stage.State.Output is null ? stage.State with { Output = layer.Output } : stage.State.WithNode(new MergeNode([stage.State.Output, layer.Output], merge));
    }

    private static FileStep Finish(FileStep step, CopyFlags flags, string destination, string directory)
    {
        var copy = step.Action.Copy;
        copy.Dest = UnixPath.Destination(directory, destination);
        copy.CreateDestPath = true;
        copy.Owner = FileSteps.Owner(flags.Owner);
        copy.ExcludePatterns.AddRange(flags.Excludes);
        SetMode(copy, flags.Mode);
        return step;
    }

    private static void SetMode(FileActionCopy copy, string mode)
    {
        if (mode.Length == 0)
        {
            return;
        }

        if (char.IsAsciiDigit(mode[0]))
        {
            copy.Mode = mode.Length <= 8 && !mode.AsSpan().ContainsAnyExcept("01234567") && Convert.ToInt32(mode, 8) is <= 0xFFF and var octal // 07777
                ? octal
                : throw DockerfileError.Meaning($"invalid chmod parameter: '{mode}'. it should be octal string and between 0 and 07777", "write it as 0755 or u=rwX,go=rX");
            return;
        }

        copy.Mode = 0;
        copy.ModeStr = SymbolicMode().IsMatch(mode) ? mode : throw DockerfileError.Meaning($"invalid chmod parameter: '{mode}'", "write it as 0755 or u=rwX,go=rX");
    }

    private FileStep ToStep(Instruction instruction, string path, CopyFlags flags, LlbState files, bool isAdd, string name)
    {
        if (FindRemote(context, instruction, path, flags, name) is { } remote)
        {
            return isAdd ? remote : throw DockerfileError.Meaning(FindGit(path) is null ? "source can't be a URL for COPY" : "source can't be a git ref for COPY", "use ADD");
        }

        var source = path;
        var action = FileSteps.Copy(string.Empty, string.Empty);
        if (flags.KeepsParents)
        {
            var pivot = path.IndexOf("/./", StringComparison.Ordinal);
            var pattern = UnixPath.Resolve("/", pivot < 0 ? path : path[(pivot + 3)..]);
            source = pivot < 0 ? "/" : path[..pivot];
            action.Copy.IncludePatterns.Add(pattern.TrimStart('/'));
            if (!UnixPath.HasWildcards(source) && !UnixPath.HasWildcards(pattern))
            {
                action.Copy.RequiredPaths.Add(UnixPath.Resolve("/", UnixPath.Join(source, pattern)));
            }
        }

        action.Copy.Src = UnixPath.Resolve("/", source);
        action.Copy.FollowSymlink = true;
        action.Copy.DirCopyContents = true;
        action.Copy.AttemptUnpackDockerCompatibility = isAdd && (flags.Unpacks ?? true);
        action.Copy.AllowWildcard = true;
        action.Copy.AllowEmptyWildcard = true;
        return new FileStep(action, files.Output);
    }

    /// <summary>The copy of a repository or an address; null for a path.</summary>
    public static FileStep? FindRemote(LoweringContext context, Instruction instruction, string path, CopyFlags flags, string name) =>
        FindGit(path) is { } git ? FromGit(context, git, flags, name) : IsHttp(path) ? FromAddress(instruction, path, flags, name) : null;

    private static FileStep FromGit(LoweringContext context, GitReference git, CopyFlags flags, string name)
    {
        if (flags.KeepsGitDirectory is { } keeps && git.KeepsGitDirectory is { } wanted && keeps != wanted)
        {
            throw DockerfileError.Meaning("inconsistent keep-git-dir configuration", "say it once: as the flag or in the address");
        }

        if (flags.Checksum.Length > 0 && git.Checksum.Length > 0 && flags.Checksum != git.Checksum)
        {
            throw DockerfileError.Meaning($"checksum mismatch {Quote.Text(flags.Checksum)} != {Quote.Text(git.Checksum)}", "say it once: as the flag or in the address");
        }

        var whole = git with
        {
            KeepsGitDirectory = git.KeepsGitDirectory ?? flags.KeepsGitDirectory,
            Checksum = git.Checksum.Length > 0 ? git.Checksum : flags.Checksum,
            ModificationTime = string.Empty,
        };
        return new FileStep(FileSteps.Copy("/", string.Empty), context.Contexts.Git.Get(whole, new NodeOptions { Name = name }).Output);
    }

    private static FileStep FromAddress(Instruction instruction, string address, CopyFlags flags, string name)
    {
        var file = Uri.TryCreate(address, UriKind.Absolute, out var uri) && UnixPath.Base(Uri.UnescapeDataString(uri.AbsolutePath)) is var last && last is not ("." or "/") ? last : "__unnamed__";
        var attributes = new Dictionary<string, string> { [SourceAttributes.HttpFileName] = file };
        if (flags.Checksum.Length > 0)
        {
            attributes.Add(SourceAttributes.HttpChecksum, ParseChecksum(flags.Checksum).ToString());
        }

        var state = LlbState.Source(address, attributes, new NodeOptions { Name = name, Command = instruction.Source.Code });
        var action = FileSteps.Copy("/" + file, string.Empty);
        action.Copy.AttemptUnpackDockerCompatibility = flags.Unpacks ?? false;
        return new FileStep(action, state.Output);
    }

    private FileStep ToStep(Instruction instruction, Heredoc document)
    {
        var text = document.IsExpanded ? context.Expand(stage, instruction, document.Text, linter, new WordExpander('\\') { IgnoresQuotes = true, Budget = context.Budget }) : document.Text;
        var path = UnixPath.Resolve("/", document.Name);
        var file = FileSteps.MakeFile(path, 0x1A4, ByteString.CopyFromUtf8(text)); // 0644
        var state = LlbState.Scratch.File([new FileStep(file)], new NodeOptions { Name = "[internal] preparing inline document" });
        return new FileStep(FileSteps.Copy(path, string.Empty), state.Output);
    }

    private static string Describe(CopySources sources, CopyFlags flags, bool isAdd)
    {
        var text = isAdd ? "ADD" : "COPY";
        text += flags.KeepsParents ? " --parents" : string.Empty;
        text += flags.Owner.Length > 0 ? " --chown=" + flags.Owner : string.Empty;
        text += flags.Mode.Length > 0 ? " --chmod=" + flags.Mode : string.Empty;
        text += string.Concat(sources.Paths.Select(path => " " + path)) + string.Concat(sources.Documents.Select(document => " <<" + document.Name));
        return $"{text} {sources.Destination} # buildkit";
    }

    [GeneratedRegex(@"^[ugoa]*(?:[-+=](?:[rwxXst]*|[ugo]))+(?:,[ugoa]*(?:[-+=](?:[rwxXst]*|[ugo]))+)*\z")]
    private static partial Regex SymbolicMode();
}
