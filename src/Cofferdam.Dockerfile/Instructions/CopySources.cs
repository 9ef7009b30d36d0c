namespace Cofferdam.Dockerfile;

/// <summary>What COPY and ADD copy, and where to.</summary>
/// <param name="Paths">Paths or addresses.</param>
/// <param name="Documents">Files written in the Dockerfile itself.</param>
/// <param name="Destination">The path they are copied to.</param>
internal sealed record CopySources(ImmutableArray<string> Paths, ImmutableArray<Heredoc> Documents, string Destination);
