namespace Cofferdam.Protocol.Llb;

/// <summary>A text that operations come from.</summary>
/// <param name="FileName">Its name.</param>
/// <param name="Language">Its language as GitHub's linguist names it.</param>
/// <param name="Data">The text.</param>
/// <param name="Definition">The graph that the text was read from, if there is one.</param>
public sealed record SourceFile(string FileName, string Language, ReadOnlyMemory<byte> Data, Definition? Definition);
