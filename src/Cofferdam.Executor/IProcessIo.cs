namespace Cofferdam.Executor;

/// <summary>Where a process reads and writes.</summary>
public interface IProcessIo
{
    /// <summary>What the process reads; null is an empty input.</summary>
    Stream? StandardInput { get; }

    /// <summary>Takes what the process writes; <paramref name="stream"/> is 1 or 2. Not called at the same time for one stream.</summary>
    ValueTask WriteAsync(int stream, ReadOnlyMemory<byte> data, CancellationToken cancellationToken);
}
