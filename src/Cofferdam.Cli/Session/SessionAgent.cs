namespace Cofferdam.Cli.Session;

/// <summary>An ssh agent offered to steps.</summary>
/// <param name="Id">The name steps ask by.</param>
/// <param name="Path">Its socket; null is that of <c>SSH_AUTH_SOCK</c>.</param>
internal sealed record SessionAgent(string Id, string? Path);
