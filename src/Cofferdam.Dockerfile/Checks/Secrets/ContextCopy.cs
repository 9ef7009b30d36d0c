namespace Cofferdam.Dockerfile;

/// <summary>A COPY or ADD that takes from the build context.</summary>
/// <param name="Source">The instruction.</param>
/// <param name="Destination">Where it copies to.</param>
/// <param name="Files">Files that it names and that may be looked into.</param>
/// <param name="Directories">Paths that it names and that may be directories.</param>
/// <param name="Excluded">What it leaves out.</param>
internal sealed record ContextCopy(InstructionSource Source, string Destination, ImmutableArray<string> Files, ImmutableArray<string> Directories, PatternMatcher Excluded);
