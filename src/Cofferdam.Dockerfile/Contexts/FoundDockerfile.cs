namespace Cofferdam.Dockerfile;

/// <summary>A Dockerfile that was read.</summary>
/// <param name="Text">Its text.</param>
/// <param name="File">The same for the source map.</param>
internal sealed record FoundDockerfile(SourceText Text, SourceFile File);
