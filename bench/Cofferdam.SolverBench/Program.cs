// Measures how long a graph of which everything is cached takes to be loaded, keyed and found. Run as root:
//   dotnet publish bench/Cofferdam.SolverBench -r linux-x64 -o DIR && DIR/Cofferdam.SolverBench [VERTICES...]
// STATE=DIRECTORY keeps what was built, so that a profile of the next run has nothing but what is cached.
using System.Diagnostics;
using Cofferdam.Engine;
using Cofferdam.SolverBench;
using Cofferdam.Storage;

const int Rounds = 7;
var kept = Environment.GetEnvironmentVariable("STATE");
var root = kept ?? Directory.CreateTempSubdirectory("cofferdam-solver-bench.").FullName;
try
{
    foreach (var vertices in args.Length > 0 ? Array.ConvertAll(args, int.Parse) : [1_000, 10_000, 100_000])
    {
        var definition = Graphs.Write(vertices);
        var directory = Path.Combine(root, $"{vertices}");
        var first = await RunAsync(directory, definition, 1);
        var before = GC.GetTotalAllocatedBytes();
        var best = await RunAsync(directory, definition, Rounds);
        var allocated = GC.GetTotalAllocatedBytes() - before;
        using var process = Process.GetCurrentProcess();
        Console.WriteLine($"{vertices,7} vertices: first build {first,8:F0} ms; all cached {best,7:F1} ms, {allocated / Rounds / vertices} bytes allocated each; peak {process.PeakWorkingSet64 >> 20} MiB");
    }
}
finally
{
    if (kept is null)
    {
        Directory.Delete(root, recursive: true);
    }
}

return 0;

// The least of some builds by one engine, which begins with nothing in memory.
static async Task<double> RunAsync(string directory, Cofferdam.Protocol.Llb.Definition definition, int rounds)
{
    var nobody = new NoClients();
    await using var storage = await LocalStorage.OpenAsync(directory, TimeProvider.System, CancellationToken.None);
    await using var engine = new CofferEngine(
        new EngineOptions { Root = directory, Version = "bench" }, storage, nobody, nobody, (_, _, _) => throw new NotSupportedException(), TimeProvider.System);
    var best = double.MaxValue;
    for (var i = 0; i < rounds; i++)
    {
        var watch = Stopwatch.GetTimestamp();
        await using (var build = await engine.Builds.StartAsync(new BuildRequest { Ref = $"build{i}" }, CancellationToken.None))
        {
            await build.SolveAsync(new GatewaySolve { Definition = definition, Evaluate = true }, CancellationToken.None);
            best = Math.Min(best, Stopwatch.GetElapsedTime(watch).TotalMilliseconds);
        }
    }

    return best;
}
