using System.Collections.Concurrent;
using System.Collections.Immutable;
using Cofferdam.Model;
using Cofferdam.Solver;
using Cofferdam.Storage;
using Definition = Cofferdam.Protocol.Llb.Definition;

namespace Cofferdam.Engine;

/// <summary>One build: frontends, references, exports.</summary>
internal sealed partial class Build : IBuild
{
    private readonly BuildRequest _request;
    private readonly BuildJob _job;
    private readonly ImmutableArray<IExporter> _exporters;
    private readonly ImmutableArray<CacheExportOptions> _caches;
    private readonly ConcurrentDictionary<string, Lazy<Task<IDisposable?>>> _imports = new(StringComparer.Ordinal);
    private readonly EngineServices _services;
    private readonly BuildProgress _progress;
    private readonly SolverJob _solver;
    private readonly GraphLoader _loader;
    private readonly StepFailures _failures;
    private readonly ConcurrentDictionary<string, BuildReference> _references = new();
    private readonly GivenSecrets _given = new();
    private readonly SourcePolicies _policies;
    private int _nextReference;
    private int _disposed;

    public Build(BuildRequest request, BuildJob job, ImmutableArray<IExporter> exporters, ImmutableArray<CacheExportOptions> caches, EngineServices services)
    {
        (_request, _job, _exporters, _caches, _services) = (request, job, exporters, caches, services);
        _progress = new BuildProgress(services.Clock);
        _solver = services.Solver.StartJob(job, _progress);
        _loader = new GraphLoader(services.Operations, job.Seal, services.Devices, ids => job.Caching.Distinction(ids, job.BuildId));
        _failures = new StepFailures(services, job);
        _policies = SourcePolicies.None.With([request.SourcePolicy]);
        job.SolveNestedAsync = SolveNestedAsync;
    }

    /// <inheritdoc/>
    public string Ref => _request.Ref;

    /// <inheritdoc/>
    public async Task<GatewayResult> SolveAsync(GatewaySolve request, CancellationToken cancellationToken)
    {
        UnsupportedRequests.Check(request);
        await ImportCachesAsync([.. _request.CacheImports, .. request.CacheImports, .. CacheSpecs.Read(request.Options)], cancellationToken);
        var policies = _policies.With(request.SourcePolicies);
        var result = request switch
        {
            { Definition: { } definition, Frontend.Length: 0 } => new GatewayResult { Reference = Keep(definition, policies) },
            { Definition: null, Frontend.Length: > 0 } => await RunFrontendAsync(request, policies, cancellationToken),
            { Definition: null } => new GatewayResult(),
            _ => throw new InvalidInputException("a solve names both a definition and a frontend"),
        };
        if (request.Evaluate)
        {
            await Task.WhenAll(result.All.Where(reference => reference.Id.Length > 0).Select(reference => EvaluateAsync(reference.Id, cancellationToken)));
        }

        return result;
    }

    /// <inheritdoc/>
    public async Task EvaluateAsync(string reference, CancellationToken cancellationToken) => await Find(reference).EvaluateAsync(cancellationToken);

    /// <inheritdoc/>
    public void Warn(Digest vertex, BuildWarning warning) => _progress.Report(new ProgressEvent.Warned(vertex, warning));

    /// <inheritdoc/>
    public IAsyncEnumerable<ProgressEvent> WatchAsync(CancellationToken cancellationToken) => _progress.ReadAsync(cancellationToken);

    /// <summary>A reference that the caller disposes.</summary>
    public BuildReference CreateReference(Definition definition, SourcePolicies policies)
    {
        var target = _loader.Load(definition, _job.Entitlements, policies, _given);
        return new BuildReference($"{_job.BuildId}-{Interlocked.Increment(ref _nextReference)}", definition, target, (edge, stop) => SolveEdgeAsync(definition, edge, stop), _solver.GiveUpIfLostAsync);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
        {
            return;
        }

        await ExplainAsync();
        await DisposeContainersAsync();
        foreach (var reference in _references.Values)
        {
            await reference.DisposeAsync();
        }

        await _solver.DisposeAsync();
        foreach (var import in _imports.Values.Where(import => import.IsValueCreated))
        {
            (await import.Value)?.Dispose();
        }

        _job.Secrets.Dispose();
        _job.SecretKeys.Dispose();
        _progress.Complete();
    }

    private async Task<SnapshotResult> SolveEdgeAsync(Definition definition, Edge? edge, CancellationToken cancellationToken)
    {
        if (edge is not { } wanted)
        {
            return new SnapshotResult(Snapshot.Scratch, _services.Uses);
        }

        lock (_targets)
        {
            _targets.Add(wanted.Vertex);
        }

        try
        {
            return (SnapshotResult)await _solver.SolveAsync(wanted, cancellationToken);
        }
        catch (Exception error) when (error is not OperationCanceledException && _services.Solver.FindFailedVertex(error) is not null)
        {
            throw await _failures.DescribeAsync(error, _services.Solver.FindFailedVertex(error)!.Value, definition, cancellationToken);
        }
    }

    private async Task<SnapshotResult> SolveNestedAsync(Definition definition, CancellationToken cancellationToken)
    {
        await using var reference = CreateReference(definition, _policies);
        return (SnapshotResult)(await reference.EvaluateAsync(cancellationToken)).Clone();
    }

    private BuildReference Find(string id) =>
        _references.TryGetValue(id, out var reference) ? reference : throw new NotFoundException($"no such reference {Quote.Text(id)} in build {Quote.Text(Ref)}");

    private GatewayReference Keep(Definition definition, SourcePolicies policies)
    {
        var reference = CreateReference(definition, policies);
        _references[reference.Id] = reference;
        return new GatewayReference(reference.Id, definition);
    }
}
