using Cofferdam.Model;
using Cofferdam.Solver;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Cofferdam.UnitTests.Solver;

/// <summary>A solver over a cache in memory and fake operations. Each build has vertices of its own: only digests are equal.</summary>
internal sealed class SolverScenario
{
    public SolverScenario(int maxParallelism = 16) => Solver = new BuildSolver(Cache, Results, new SolverOptions { MaxParallelism = maxParallelism }, Clock);

    public MemoryCacheStore Cache { get; } = new();

    public FakeResultStore Results { get; } = new();

    public FakeTimeProvider Clock { get; } = new(DateTimeOffset.UnixEpoch.AddYears(60));

    public BuildSolver Solver { get; }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public FakeOperation Operation(string name) => new(Results, name);

    public static Vertex Vertex(string name, FakeOperation operation, params Vertex[] inputs) => VertexOf(name, operation, false, [.. inputs.Select(input => new Edge(input, 0))]);

    public static Vertex Fresh(string name, FakeOperation operation, params Vertex[] inputs) => VertexOf(name, operation, true, [.. inputs.Select(input => new Edge(input, 0))]);

    public static Vertex VertexOf(string name, FakeOperation operation, bool ignoreCache, params Edge[] inputs) => new(
        Digest.Of($"{name} {string.Join(' ', inputs.Select(input => $"{input.Vertex.Digest}/{input.Output}"))}"),
        operation,
        [.. inputs],
        new VertexOptions { Name = name, IgnoreCache = ignoreCache });

    public SolverJob StartJob(RecordingSink sink) => Solver.StartJob(sink, sink);

    /// <summary>A build of its own that solves one vertex.</summary>
    public async Task<string> BuildAsync(Vertex target, int output = 0)
    {
        await using var job = StartJob(new RecordingSink());
        return await SolveAsync(job, target, output);
    }

    public static async Task<string> SolveAsync(SolverJob job, Vertex target, int output = 0, CancellationToken? token = null)
    {
        await using var result = await job.SolveAsync(new Edge(target, output), token ?? Token);
        return ((FakeResult)result).Value;
    }

    /// <summary>A build of its own that solves one vertex, and why its vertices ran or did not.</summary>
    public async Task<Dictionary<string, VertexExplanation>> ExplainAsync(Vertex target)
    {
        await using var job = StartJob(new RecordingSink());
        await SolveAsync(job, target);
        return job.Explanations.ToDictionary(explanation => explanation.Name);
    }

    /// <summary>Nothing of a build is left when all are over.</summary>
    public void AssertNothingLeft()
    {
        Assert.Equal(0, Solver.ActiveCount);
        Assert.Equal(0, Results.OpenHandles);
    }
}
