namespace Cofferdam.Executor;

/// <summary>Runs processes in containers.</summary>
public interface IExecutor
{
    /// <summary>The runtime it uses, for example <c>crun</c>.</summary>
    string Name { get; }

    /// <summary>Runs a process to its end and returns its exit code (128 + n when signal n ended it). Whatever it made for the run is gone afterwards,
    /// mounts and the secrets' tmpfs included, also when it throws or is cancelled; cancelling kills every process in the container.</summary>
    Task<int> RunAsync(ProcessSpec spec, IProcessIo io, CancellationToken cancellationToken);

    /// <summary>Runs one more process in a container whose first process runs, and returns its exit code. It ends with the first at the latest; cancelling kills it.</summary>
    /// <param name="container">The container's name: <see cref="ProcessSpec.Id"/> of its first process. Its start is waited for.</param>
    /// <param name="spec">The process, with a name of its own; what a container has (root, mounts, network, host's names, limits) is that of the first process.</param>
    /// <param name="io">Where it reads and writes.</param>
    /// <param name="cancellationToken">Kills it.</param>
    Task<int> ExecuteAsync(string container, ProcessSpec spec, IProcessIo io, CancellationToken cancellationToken);
}
