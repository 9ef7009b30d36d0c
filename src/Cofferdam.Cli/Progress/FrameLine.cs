namespace Cofferdam.Cli.Progress;

/// <summary>A line of a terminal.</summary>
/// <param name="Text">What it shows; never longer than the terminal is wide.</param>
/// <param name="Color">Its SGR parameter (ECMA-48); null is none.</param>
internal readonly record struct FrameLine(string Text, string? Color);
