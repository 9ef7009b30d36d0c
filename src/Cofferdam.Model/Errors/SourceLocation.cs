using System.Collections.Immutable;

namespace Cofferdam.Model;

/// <summary>A place in a source text, with the text, so that the lines themselves can be shown.</summary>
/// <param name="FileName">The name of the file as the user gave it.</param>
/// <param name="Text">The whole text of the file.</param>
/// <param name="Ranges">The lines concerned, in order.</param>
public sealed record SourceLocation(string FileName, ReadOnlyMemory<byte> Text, ImmutableArray<LineRange> Ranges);
