namespace Cofferdam.Dockerfile;

/// <summary>A build argument that a target knows.</summary>
internal sealed record OutlineArgument(string Name, string Value, string Description, LineRange Lines);
