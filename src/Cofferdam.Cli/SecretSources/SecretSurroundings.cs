using Cofferdam.Cli.Terminal;

namespace Cofferdam.Cli.SecretSources;

/// <summary>What sources of secrets see of the world.</summary>
internal sealed record SecretSurroundings
{
    /// <summary>The value of an environment variable.</summary>
    public required Func<string, string?> Variable { get; init; }

    /// <summary>The directory that relative paths start from.</summary>
    public required string WorkingDirectory { get; init; }

    /// <summary>The clock.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>How long one request may take.</summary>
    public TimeSpan RequestTimeout { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>How long a command may take: someone may have to type a password, or to touch a key.</summary>
    public TimeSpan CommandTimeout { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>How long after a request that failed it is sent again.</summary>
    public TimeSpan RetryDelay { get; init; } = TimeSpan.FromMilliseconds(300);

    /// <summary>The user's home directory; null when none is named.</summary>
    public string? Home => Variable("HOME") is { Length: > 0 } home ? home : null;

    /// <summary>The surroundings of a command.</summary>
    public static SecretSurroundings Of(CommandConsole console) => new() { Variable = console.Variable, WorkingDirectory = console.WorkingDirectory, Time = console.Time };

    /// <summary>The value of a variable that is set and not empty.</summary>
    public string? Setting(string name) => Variable(name) is { Length: > 0 } value ? value : null;

    /// <summary>An absolute path of what the user wrote; <c>~/</c> is the home directory.</summary>
    public string FullPath(string path) => path.StartsWith("~/", StringComparison.Ordinal) && Home is { } home ? Path.GetFullPath(path[2..], home) : Path.GetFullPath(path, WorkingDirectory);
}
