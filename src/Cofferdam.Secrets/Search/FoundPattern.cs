namespace Cofferdam.Secrets.Search;

/// <summary>A pattern found in a stream.</summary>
internal readonly record struct FoundPattern(int Pattern, long Offset, int Length);
