namespace Cofferdam.Dockerfile;

/// <summary>Where a COPY puts a file.</summary>
/// <param name="Path">The absolute path.</param>
/// <param name="Directory">The working directory there; null where it is not known.</param>
internal sealed record FilePlace(string Path, string? Directory)
{
    /// <summary>How commands may write the path.</summary>
    public IEnumerable<string> Spellings
    {
        get
        {
            yield return Path;
            if (Path.StartsWith("/root/", StringComparison.Ordinal))
            {
                yield return "~" + Path[5..];
                yield return "$HOME" + Path[5..];
                yield return "${HOME}" + Path[5..];
            }

            if (Directory is not null && Path.StartsWith(Directory.TrimEnd('/') + "/", StringComparison.Ordinal))
            {
                var relative = Path[(Directory.TrimEnd('/').Length + 1)..];
                yield return relative;
                yield return "./" + relative;
            }
        }
    }

    /// <summary>The place of a source of a COPY; null where it cannot be told.</summary>
    public static FilePlace? Find(DockerfileText text, StageText stage, Instruction copy, string source, CopySources sources)
    {
        var directory = FindDirectory(text, stage, copy, depth: 0);
        var destination = sources.Destination;
        if (destination.Contains('$', StringComparison.Ordinal) || (!destination.StartsWith('/') && directory is null))
        {
            return null;
        }

        var name = UnixPath.Base(source);
        var resolved = destination.StartsWith('/') ? UnixPath.Clean(destination) : UnixPath.Join(directory!, destination);
        var isDirectory = destination is "." or "./" || destination.EndsWith('/') || destination.EndsWith("/.", StringComparison.Ordinal) || sources.Paths.Length > 1 || resolved == directory;
        var isFile = UnixPath.Base(resolved) == name || CredentialFile.IsMeant(resolved);
        return isDirectory ? new FilePlace(UnixPath.Join(resolved, name), directory) : isFile ? new FilePlace(resolved, directory) : null;
    }

    // The base image's working directory is not known.
    private static string? FindDirectory(DockerfileText text, StageText stage, Instruction? end, int depth)
    {
        var below = depth > text.Stages.Length ? null : text.Stages.FirstOrDefault(item => item != stage && item.From.Name is not null && item.From.Name.Equals(stage.From.Image, StringComparison.OrdinalIgnoreCase));
        var directory = below is not null ? FindDirectory(text, below, null, depth + 1) : stage.From.Image == "scratch" ? "/" : null;
        foreach (var workdir in stage.Instructions.TakeWhile(item => item != end).OfType<Instruction.Workdir>())
        {
            directory = workdir.Path.Contains('$', StringComparison.Ordinal) ? null
                : workdir.Path.StartsWith('/') ? UnixPath.Clean(workdir.Path)
                : directory is null ? null : UnixPath.Join(directory, workdir.Path);
        }

        return directory;
    }
}
