namespace Cofferdam.Dockerfile;

/// <summary>A text whose variables were replaced.</summary>
/// <param name="Text">The text in one piece.</param>
/// <param name="Words">The text cut at spaces that are not quoted.</param>
/// <param name="Found">Variables that were set.</param>
/// <param name="Missing">Variables that were not.</param>
internal sealed record ExpandedWord(string Text, IReadOnlyList<string> Words, IReadOnlySet<string> Found, IReadOnlySet<string> Missing);
