using Cofferdam.Engine;
using Cofferdam.Executor;

namespace Cofferdam.SolverBench;

/// <summary>Nobody is connected, and nothing is run.</summary>
internal sealed class NoClients : ISessions, IExecutor
{
    public string Name => "none";

    public ValueTask<IClientSession?> FindAsync(string id, CancellationToken cancellationToken) => ValueTask.FromResult<IClientSession?>(null);

    public Task<int> RunAsync(ProcessSpec spec, IProcessIo io, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<int> ExecuteAsync(string container, ProcessSpec spec, IProcessIo io, CancellationToken cancellationToken) => throw new NotSupportedException();
}
