using Cofferdam.Cli.Terminal;
using Cofferdam.Model;

namespace Cofferdam.Cli.Build;

/// <summary>Where a build's files and its Dockerfile come from. Disposing removes what was written for it.</summary>
internal sealed class MainContext : IDisposable
{
    private readonly List<string> _temporary = [];

    /// <summary>Frontend options.</summary>
    public Dictionary<string, string> Attributes { get; } = [];

    /// <summary>Directories to send.</summary>
    public Dictionary<string, string> Directories { get; } = [];

    /// <summary>The Dockerfile's path as seen from where the command runs; null where it is no file here.</summary>
    public string? Dockerfile { get; private set; }

    /// <summary>Streams to send.</summary>
    public Dictionary<string, Stream> Uploads { get; } = [];

    /// <summary>Makes the context that the options name; reads the head of standard input where it is used.</summary>
    public static async Task<MainContext> CreateAsync(BuildOptions options, CommandConsole console, CancellationToken cancellationToken)
    {
        var context = new MainContext();
        try
        {
            await context.FillAsync(options, console, cancellationToken);
            return context;
        }
        catch
        {
            context.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var directory in _temporary.Where(Directory.Exists))
        {
            Directory.Delete(directory, recursive: true);
        }

        _temporary.Clear();
    }

    private async Task FillAsync(BuildOptions options, CommandConsole console, CancellationToken cancellationToken)
    {
        if (options.Context == "-")
        {
            await FillFromInputAsync(options, console, cancellationToken);
            return;
        }

        if (ContextFlag.IsRemote(options.Context))
        {
            Attributes["context"] = options.Context;
            if (options.File == "-")
            {
                await UseDockerfileFromInputAsync(console.Input, cancellationToken);
            }
            else if (options.File is not null)
            {
                Attributes["filename"] = options.File;
            }

            return;
        }

        var directory = console.FullPath(options.Context);
        if (!Directory.Exists(directory))
        {
            throw File.Exists(directory)
                ? new InvalidInputException($"build context {Quote.Text(options.Context)} is not a directory") { Hint = "name the directory and give the Dockerfile with -f" }
                : new NotFoundException($"build context {Quote.Text(options.Context)} does not exist") { Hint = "the last argument is the directory that COPY takes files from" };
        }

        Directories["context"] = directory;
        if (options.File == "-")
        {
            await UseDockerfileFromInputAsync(console.Input, cancellationToken);
            return;
        }

        // A Dockerfile is named from where the command runs, and without -f from the context.
        var file = options.File is null ? Path.Combine(directory, "Dockerfile") : console.FullPath(options.File);
        UseDockerfile(file, options);
        var shown = Path.GetRelativePath(console.WorkingDirectory, Path.Combine(Directories["dockerfile"], Attributes["filename"]));
        Dockerfile = shown.StartsWith("..", StringComparison.Ordinal) ? Path.Combine(Directories["dockerfile"], Attributes["filename"]) : shown;
    }

    private void UseDockerfile(string file, BuildOptions options)
    {
        if (Directory.Exists(file))
        {
            throw new InvalidInputException($"Dockerfile {Quote.Text(options.File ?? file)} is a directory") { Hint = "name a file with -f" };
        }

        if (!File.Exists(file))
        {
            var lower = Path.Combine(Path.GetDirectoryName(file) ?? "/", "dockerfile");
            if (options.File is not null || !File.Exists(lower))
            {
                throw new NotFoundException($"Dockerfile {Quote.Text(options.File ?? file)} does not exist")
                {
                    Hint = SimilarName(file) is { } similar ? $"did you mean {Quote.Text(similar)}? give it with -f"
                        : options.File is null ? "give its path with -f"
                        : "-f is relative to the directory the command runs in, not to the context",
                };
            }

            file = lower;
        }

        Directories["dockerfile"] = Path.GetDirectoryName(file) ?? "/";
        Attributes["filename"] = Path.GetFileName(file);
    }

    private static string? SimilarName(string file)
    {
        var directory = Path.GetDirectoryName(file);
        if (!Directory.Exists(directory))
        {
            return null;
        }

        var (wanted, names) = (Path.GetFileName(file), Directory.EnumerateFiles(directory).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal).ToList());
        var near = names.Find(name => string.Equals(name, wanted, StringComparison.OrdinalIgnoreCase)) ?? NearMatch.Find(wanted, names);
        return near is null ? null : Path.Combine(directory, near);
    }

    private async Task FillFromInputAsync(BuildOptions options, CommandConsole console, CancellationToken cancellationToken)
    {
        if (options.File == "-")
        {
            throw new UsageException("standard input cannot be both the context and the Dockerfile");
        }

        if (console.InputIsTerminal)
        {
            throw new UsageException("standard input is a terminal: a context or a Dockerfile must be piped in");
        }

        var head = await PeekedStream.OpenAsync(console.Input, cancellationToken);
        if (head.IsArchive)
        {
            var id = Guid.NewGuid().ToString("n")[..25];
            Uploads[id] = head;
            Attributes["context"] = "http://buildkit-session/" + id;
            if (options.File is not null)
            {
                Attributes["filename"] = options.File;
            }

            return;
        }

        var empty = MakeTemporary();
        Directories["context"] = empty;
        await UseDockerfileFromInputAsync(head, cancellationToken);
    }

    private async Task UseDockerfileFromInputAsync(Stream input, CancellationToken cancellationToken)
    {
        var directory = MakeTemporary();
        await using (var file = File.Create(Path.Combine(directory, "Dockerfile")))
        {
            await input.CopyToAsync(file, cancellationToken);
        }

        Directories["dockerfile"] = directory;
        Attributes["filename"] = "Dockerfile";
        if (Attributes.ContainsKey("context"))
        {
            // A remote context brings a Dockerfile of its own; this name makes the frontend take the one that is sent.
            Attributes["dockerfilekey"] = "dockerfile";
        }
    }

    private string MakeTemporary()
    {
        var directory = Directory.CreateTempSubdirectory("coffer-").FullName;
        _temporary.Add(directory);
        return directory;
    }
}
