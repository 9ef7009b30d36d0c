using Cofferdam.Cli.Commands;
using Cofferdam.Cli.Parsing;

namespace Cofferdam.Cli;

/// <summary>All commands; each is built only when it is named.</summary>
internal static class CommandTree
{
    private static readonly (string Name, string? Alias, Func<CofferCommand> Create)[] Commands =
    [
        ("build", null, static () => new BuildCommand()),
        ("fix", null, static () => new FixCommand()),
        ("explain", null, static () => new ExplainCommand()),
        ("scan", null, static () => new ScanCommand()),
        ("run", null, static () => new RunCommand()),
        ("images", "ls", static () => new ImagesCommand()),
        ("rmi", null, static () => new RemoveImageCommand()),
        ("tag", null, static () => new TagCommand()),
        ("history", null, static () => new HistoryCommand()),
        ("inspect", null, static () => new InspectCommand()),
        ("pull", null, static () => new PullCommand()),
        ("push", null, static () => new PushCommand()),
        ("save", null, static () => new SaveCommand()),
        ("load", null, static () => new LoadCommand()),
        ("login", null, static () => new LoginCommand()),
        ("logout", null, static () => new LogoutCommand()),
        ("du", null, static () => new DiskUsageCommand()),
        ("prune", null, static () => new PruneCommand()),
        ("daemon", null, static () => new DaemonCommand()),
        ("version", null, static () => new VersionCommand()),
        ("completion", null, static () => new CompletionCommand()),
        ("frontend", null, static () => new FrontendCommand()),
        ("docs", null, static () => new DocsCommand()),
    ];

    /// <summary>The names of all commands.</summary>
    public static IEnumerable<string> Names => Commands.Select(static command => command.Name);

    /// <summary>The command of a name or alias; null when there is none.</summary>
    public static CofferCommand? Find(string name)
    {
        foreach (var command in Commands)
        {
            if (command.Name == name || (command.Alias is not null && command.Alias == name))
            {
                return command.Create();
            }
        }

        return null;
    }

    /// <summary>Every command, built.</summary>
    public static IReadOnlyList<CofferCommand> CreateAll() => [.. Commands.Select(static command => command.Create())];
}
