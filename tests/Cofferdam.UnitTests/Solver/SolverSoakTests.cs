using Cofferdam.Model;
using Cofferdam.Solver;
using Xunit;
using static Cofferdam.UnitTests.Solver.SolverScenario;

namespace Cofferdam.UnitTests.Solver;

/// <summary>Many builds at once over the same random graph, some cancelled, some of whose steps fail. A failing seed fails again.</summary>
public sealed class SolverSoakTests
{
    private const int VertexCount = 40;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public async Task ManyBuilds_OverOneGraph_GetRightResultsAndLeaveNothing(int seed)
    {
        var scenario = new SolverScenario(maxParallelism: 8);
        var random = new Random(seed);
        var operations = new List<FakeOperation>();
        var vertices = new List<Vertex>();
        var values = new Dictionary<Digest, string>();
        for (var i = 0; i < VertexCount; i++)
        {
            var inputs = vertices.Count == 0 ? [] : Enumerable.Range(0, random.Next(4)).Select(_ => vertices[random.Next(Math.Max(0, i - 8), i)]).Distinct().ToArray();
            var operation = Operation(scenario, $"v{i}", random.Next(), inputs.Length, random.Next(3) == 0);
            operations.Add(operation);
            vertices.Add(Vertex($"v{i}", operation, inputs));
            values[vertices[i].Digest] = Digest.Of($"v{i} {string.Join(' ', inputs.Select(input => values[input.Digest]))}").Hex[..8];
        }

        var builds = Enumerable.Range(0, 60).Select(_ => (Target: vertices[random.Next(VertexCount)], Steps: random.Next(4) == 0 ? random.Next(40) : -1)).ToList();
        await Parallel.ForEachAsync(builds, new ParallelOptions { MaxDegreeOfParallelism = 12 }, async (build, _) => await BuildAsync(scenario, build.Target, build.Steps, values));

        Assert.All(operations, operation => Assert.False(operation.HasOverlapped));
        scenario.AssertNothingLeft();
    }

    private static FakeOperation Operation(SolverScenario scenario, string name, int seed, int inputCount, bool isByContent)
    {
        var operation = scenario.Operation(name);
        var failures = seed % 3;
        operation.Make = inputs => Digest.Of($"{name} {string.Join(' ', inputs)}").Hex[..8];
        operation.During = async (context, token) =>
        {
            context.Progress.Log(1, "working"u8);
            for (var i = 0; i < seed % 7; i++)
            {
                await Task.Yield();
                token.ThrowIfCancellationRequested();
            }

            if (Interlocked.Decrement(ref failures) >= 0)
            {
                throw new InvalidDataException(name);
            }
        };
        return isByContent ? operation.ReadingByContent([.. Enumerable.Range(0, inputCount).Select(_ => (Func<string, string>)(content => content))]) : operation;
    }

    // Until it is done: a step that fails does so twice at most.
    private static async Task BuildAsync(SolverScenario scenario, Vertex target, int stepsToCancellation, Dictionary<Digest, string> values)
    {
        await using var job = scenario.StartJob(new RecordingSink());
        for (var attempt = 0; ; attempt++)
        {
            using var stop = new CancellationTokenSource();
            var solving = SolveAsync(job, target, token: stop.Token);
            for (var i = 0; i < stepsToCancellation; i++)
            {
                await Task.Yield();
            }

            if (stepsToCancellation >= 0)
            {
                await stop.CancelAsync();
            }

            try
            {
                Assert.Equal(values[target.Digest], await solving);
                return;
            }
            catch (OperationCanceledException)
            {
                return;
            }
            catch (InvalidDataException error)
            {
                Assert.True(attempt < 1000, error.ToString());
            }
        }
    }
}
