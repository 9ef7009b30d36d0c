using Cofferdam.Model;

namespace Cofferdam.Solver;

/// <summary>One way in which an input is known.</summary>
/// <param name="Record">The place of its record in the list.</param>
/// <param name="Selector">What is selected of it; null is all, or the content that the record stands for.</param>
public sealed record ExportedInput(int Record, Digest? Selector);
