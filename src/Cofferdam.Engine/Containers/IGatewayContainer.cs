using Cofferdam.Executor;
using Cofferdam.Protocol.FileTransfer;
using Cofferdam.Protocol.Gateway;

namespace Cofferdam.Engine;

/// <summary>A container that a frontend or a client asked for: mounts, in which processes are run. Thread-safe.</summary>
/// <remarks>Disposing it kills what still runs in it and removes all that was written; a second time does nothing.</remarks>
public interface IGatewayContainer : IAsyncDisposable
{
    /// <summary>Checks a process before it is run; throws where it may not be.</summary>
    void Check(InitMessage process);

    /// <summary>Runs a process to its end and returns its exit code. The first makes the container, further ones join it, and the first's end is theirs.</summary>
    /// <param name="process">What is run.</param>
    /// <param name="io">Where it reads and writes.</param>
    /// <param name="control">Signals and sizes for it.</param>
    /// <param name="cancellationToken">Kills it.</param>
    Task<int> RunAsync(InitMessage process, IProcessIo io, IProcessControl control, CancellationToken cancellationToken);

    /// <summary>A part of a file of one of the mounts, by its number in the request.</summary>
    Task<ReadOnlyMemory<byte>> ReadFileAsync(int mount, string path, long offset, long length, CancellationToken cancellationToken);

    /// <summary>The entries of a directory of a mount; an empty pattern takes all.</summary>
    IReadOnlyList<Stat> ReadDirectory(int mount, string path, string includePattern);

    /// <summary>An entry of a mount.</summary>
    Stat StatFile(int mount, string path);
}
