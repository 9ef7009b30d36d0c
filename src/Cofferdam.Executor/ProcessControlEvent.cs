namespace Cofferdam.Executor;

/// <summary>A signal or a new terminal size for a running process; one of both is set.</summary>
/// <param name="Signal">The signal's number.</param>
/// <param name="Size">The new size.</param>
public sealed record ProcessControlEvent(int? Signal, TerminalSize? Size);
