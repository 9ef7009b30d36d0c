namespace Cofferdam.Secrets;

/// <summary>Something that was not looked inside, and why.</summary>
public sealed record NestedGap(string Path, string Reason);
