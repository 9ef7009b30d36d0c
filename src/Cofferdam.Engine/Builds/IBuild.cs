using Cofferdam.Model;
using Cofferdam.Protocol.FileTransfer;
using Cofferdam.Protocol.Gateway;
using Cofferdam.Solver;

namespace Cofferdam.Engine;

/// <summary>A build that runs: frontends solve in it, its references are read, in the end it is exported. Thread-safe.</summary>
/// <remarks>Disposing it ends what still runs, releases its references and completes its progress. Failures are <see cref="CofferdamException"/>.</remarks>
public interface IBuild : IAsyncDisposable
{
    /// <summary>The client's name of it.</summary>
    string Ref { get; }

    /// <summary>Runs a frontend or takes a definition. What comes back is lazy unless the request says otherwise.</summary>
    Task<GatewayResult> SolveAsync(GatewaySolve request, CancellationToken cancellationToken);

    /// <summary>A part of a file of a result, evaluated for it; throws <see cref="NotFoundException"/> with <c>no such file or directory</c> in its message.</summary>
    /// <param name="reference">The id of the reference.</param>
    /// <param name="path">The path from the result's root; symbolic links stay inside.</param>
    /// <param name="offset">The first byte.</param>
    /// <param name="length">How many bytes at most; 0 is to the end.</param>
    /// <param name="cancellationToken">Stops it.</param>
    Task<ReadOnlyMemory<byte>> ReadFileAsync(string reference, string path, long offset, long length, CancellationToken cancellationToken);

    /// <summary>The entries of a directory of a result, paths being base names; <paramref name="includePattern"/> matches on names, empty takes all.</summary>
    Task<IReadOnlyList<Stat>> ReadDirectoryAsync(string reference, string path, string includePattern, CancellationToken cancellationToken);

    /// <summary>An entry of a result, its path being the base name.</summary>
    Task<Stat> StatFileAsync(string reference, string path, CancellationToken cancellationToken);

    /// <summary>Solves a reference now.</summary>
    Task EvaluateAsync(string reference, CancellationToken cancellationToken);

    /// <summary>Looks an image's config up.</summary>
    Task<ResolveImageConfigResponse> ResolveImageAsync(ResolveImageConfigRequest request, CancellationToken cancellationToken);

    /// <summary>Looks a source of any kind up.</summary>
    Task<ResolveSourceMetaResponse> ResolveSourceAsync(ResolveSourceMetaRequest request, CancellationToken cancellationToken);

    /// <summary>Makes a container of results and other mounts; throws where the build was not granted what it wants. The build disposes it at its end at the latest.</summary>
    Task<IGatewayContainer> CreateContainerAsync(NewContainerRequest request, CancellationToken cancellationToken);

    /// <summary>Tells the user something about a vertex.</summary>
    void Warn(Digest vertex, BuildWarning warning);

    /// <summary>Solves the references of the result and exports them as the request asked for.</summary>
    Task<BuildOutcome> ExportAsync(GatewayResult result, CancellationToken cancellationToken);

    /// <summary>What happened from the beginning, then what comes, until the build is disposed. Any number of readers, also after the end.</summary>
    IAsyncEnumerable<ProgressEvent> WatchAsync(CancellationToken cancellationToken);
}
