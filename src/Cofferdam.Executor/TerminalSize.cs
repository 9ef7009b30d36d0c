namespace Cofferdam.Executor;

/// <summary>The size of a terminal in characters.</summary>
/// <param name="Rows">Lines.</param>
/// <param name="Columns">Columns.</param>
public readonly record struct TerminalSize(int Rows, int Columns);
