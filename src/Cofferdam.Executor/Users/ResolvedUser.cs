namespace Cofferdam.Executor;

/// <summary>Who a process runs as.</summary>
/// <param name="Uid">The user.</param>
/// <param name="Gid">The group.</param>
/// <param name="Groups">More groups.</param>
/// <param name="Home">The user's directory; <c>/</c> where nothing says which.</param>
internal sealed record ResolvedUser(uint Uid, uint Gid, IReadOnlyList<uint> Groups, string Home);
