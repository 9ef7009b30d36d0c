namespace Cofferdam.Cli.Progress;

/// <summary>One line of a step's output.</summary>
/// <param name="Seconds">When it began, counted from the step's start.</param>
/// <param name="Text">The line without its end.</param>
internal readonly record struct LogLine(double Seconds, string Text);
