namespace Cofferdam.Cli.Session;

/// <summary>An ssh agent offered to steps.</summary>
/// <param name="Id">The name steps ask by.</param>
/// <param name="Paths">Its socket, or files with keys; none where <c>SSH_AUTH_SOCK</c> is not set.</param>
/// <param name="IsRaw">Whether the socket is passed on as it is, whatever it speaks.</param>
internal sealed record SessionAgent(string Id, IReadOnlyList<string> Paths, bool IsRaw);
