namespace Cofferdam.Dockerfile;

/// <summary>A regular file of a result.</summary>
/// <param name="Path">Its path, relative and with slashes.</param>
/// <param name="Content">What is in it; null where it is larger than was asked for.</param>
public sealed record ContextFile(string Path, ReadOnlyMemory<byte>? Content);
