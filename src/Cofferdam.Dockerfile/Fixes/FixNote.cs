namespace Cofferdam.Dockerfile;

/// <summary>What was done, or not done, about a line.</summary>
/// <param name="Line">The line; of the file as it was when this was done.</param>
/// <param name="Rule">The check that it is about.</param>
/// <param name="Text">What was done, or why not.</param>
public sealed record FixNote(int Line, string Rule, string Text);
