namespace Cofferdam.Dockerfile;

/// <summary>One name of an ARG.</summary>
/// <param name="Key">The name.</param>
/// <param name="Value">The value; null when none is given.</param>
/// <param name="Description">What the comment above says of it.</param>
internal sealed record ArgumentDefinition(string Key, string? Value, string Description);
