namespace Cofferdam.Model;

/// <summary>Lines of a text, counted from 1, both ends included.</summary>
/// <param name="Start">The first line.</param>
/// <param name="End">The last line.</param>
public readonly record struct LineRange(int Start, int End);
