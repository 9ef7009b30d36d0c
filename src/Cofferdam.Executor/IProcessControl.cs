namespace Cofferdam.Executor;

/// <summary>What is passed to a running process.</summary>
public interface IProcessControl
{
    /// <summary>Signals and terminal sizes, in order; ends when there are no more.</summary>
    IAsyncEnumerable<ProcessControlEvent> ReadAsync(CancellationToken cancellationToken);
}
