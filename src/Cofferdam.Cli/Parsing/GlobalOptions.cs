using System.CommandLine;

namespace Cofferdam.Cli.Parsing;

/// <summary>The options that every command has.</summary>
internal static class GlobalOptions
{
    /// <summary>The name of the option for the daemon's address.</summary>
    public const string Host = "--host";

    /// <summary>The name of the option for the state directory.</summary>
    public const string Root = "--root";

    /// <summary>The name of the option that shows help.</summary>
    public const string Help = "--help";

    /// <summary>The options, made anew.</summary>
    public static IReadOnlyList<Option> Create() =>
    [
        new Option<string?>(Host) { Description = "Address of the daemon to use, instead of this machine's own (COFFER_HOST, BUILDKIT_HOST)", HelpName = "ADDRESS", Recursive = true },
        new Option<string?>(Root) { Description = "State directory of this machine's daemon (COFFER_ROOT)", HelpName = "DIRECTORY", Recursive = true },
        new Option<bool>(Help) { Description = "Show help", Recursive = true },
    ];
}
