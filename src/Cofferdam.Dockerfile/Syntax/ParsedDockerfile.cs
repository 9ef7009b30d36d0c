namespace Cofferdam.Dockerfile;

/// <summary>A Dockerfile cut into instructions.</summary>
/// <param name="Instructions">The instructions in order; at least one.</param>
/// <param name="Escape">The escape character.</param>
/// <param name="EmptyContinuations">Lines at which instructions end that have an empty line among their continuation lines.</param>
internal sealed record ParsedDockerfile(ImmutableArray<RawInstruction> Instructions, char Escape, ImmutableArray<int> EmptyContinuations);
