namespace Cofferdam.Cli.Session;

/// <summary>An ssh agent offered to steps.</summary>
/// <param name="Id">The name steps ask by.</param>
/// <param name="Path">Its socket; empty where <c>SSH_AUTH_SOCK</c> is not set.</param>
internal sealed record SessionAgent(string Id, string Path);
