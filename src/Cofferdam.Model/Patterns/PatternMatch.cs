namespace Cofferdam.Model;

/// <summary>What patterns say of a path, for matching what lies under it.</summary>
/// <param name="IsMatch">Whether the path is matched.</param>
/// <param name="Patterns">Which of the patterns match it or a parent of it.</param>
public readonly record struct PatternMatch(bool IsMatch, bool[]? Patterns);
