namespace Cofferdam.Executor;

/// <summary>Runs processes in containers.</summary>
public interface IExecutor
{
    /// <summary>The runtime it uses, for example <c>crun</c>.</summary>
    string Name { get; }

    /// <summary>Runs a process to its end and returns its exit code (128 + n when signal n ended it). Whatever it made for the run is gone afterwards,
    /// mounts and the secrets' tmpfs included, also when it throws or is cancelled; cancelling kills every process in the container.</summary>
    Task<int> RunAsync(ProcessSpec spec, IProcessIo io, CancellationToken cancellationToken);
}
