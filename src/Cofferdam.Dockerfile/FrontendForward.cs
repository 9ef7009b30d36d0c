namespace Cofferdam.Dockerfile;

/// <summary>A request that belongs to another frontend: the text says so, or a build argument.</summary>
/// <param name="Source">The frontend's image.</param>
/// <param name="CommandLine">All that the text says of it; the other frontend gets it as its option <c>cmdline</c>.</param>
/// <param name="Argument">The build argument that asks for it; null where the text does.</param>
/// <param name="Location">The line that asks for it; null where a build argument does.</param>
public sealed record FrontendForward(string Source, string CommandLine, string? Argument, SourceLocation? Location);
