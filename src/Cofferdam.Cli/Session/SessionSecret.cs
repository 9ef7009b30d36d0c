namespace Cofferdam.Cli.Session;

/// <summary>Where the value of a secret is read when the daemon asks for it.</summary>
/// <param name="Id">The name steps ask by.</param>
/// <param name="File">The file; null when it is a variable.</param>
/// <param name="Variable">The environment variable; null when it is a file.</param>
internal sealed record SessionSecret(string Id, string? File, string? Variable);
