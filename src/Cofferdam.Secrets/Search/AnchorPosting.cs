namespace Cofferdam.Secrets.Search;

/// <summary>A word is at an offset of a pattern; the next posting of the same word, or -1.</summary>
internal readonly record struct AnchorPosting(int Pattern, int Offset, int Next);
