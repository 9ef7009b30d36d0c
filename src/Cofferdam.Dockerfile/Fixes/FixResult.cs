namespace Cofferdam.Dockerfile;

/// <summary>A Dockerfile with what could be put right.</summary>
/// <param name="Content">The new content; the old one where nothing was changed.</param>
/// <param name="Changes">What was changed, in order.</param>
/// <param name="Left">What was found and left as it is, with the reason.</param>
/// <param name="Secrets">The secrets that the build then needs.</param>
public sealed record FixResult(ReadOnlyMemory<byte> Content, ImmutableArray<FixNote> Changes, ImmutableArray<FixNote> Left, ImmutableArray<NeededSecret> Secrets);
