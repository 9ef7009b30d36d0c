using Cofferdam.Secrets.Encodings;

namespace Cofferdam.Secrets.Search;

/// <summary>One string of bytes to search, and what finding it means.</summary>
/// <remarks>Its bytes begin at <c>Start</c> among those of all patterns. <c>IsOnlyBroken</c>: another has the same bytes; only a match with a line break within is this one's.</remarks>
internal readonly record struct SearchPattern(int Start, int Length, LineBreaks Breaks, bool IsOnlyBroken, string SecretId, string Form, string Encoding)
{
    // Lines of 16 characters at least; a break of an escape, a carriage return, a line feed and the longest indentation.
    private const int LeastLine = 16;
    private const int LongestBreak = BreakText.MostIndentation + 3;

    /// <summary>The most bytes that a match may take.</summary>
    internal int MostExtent => Breaks == LineBreaks.None ? Length : Length + (((Length / LeastLine) + 2) * LongestBreak);
}
