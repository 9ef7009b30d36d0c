// Feeds what reads untrusted input with changed inputs of its corpus: eng/fuzz [SECONDS] [TARGET] [SEED]
using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using Cofferdam.Testing;

var seconds = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 60;
var wanted = args.Length > 1 ? args[1] : "all";
var seed = args.Length > 2 ? int.Parse(args[2], CultureInfo.InvariantCulture) : 1;
var targets = FuzzTargets.All.Where(target => wanted == "all" || target.Name == wanted).ToList();
if (targets.Count == 0)
{
    Console.Error.WriteLine($"no target {wanted}: {string.Join(", ", FuzzTargets.All.Select(target => target.Name))}");
    return 2;
}

return targets.Sum(target => Fuzz(target, seconds, seed)) == 0 ? 0 : 1;

static int Fuzz(FuzzTarget target, int seconds, int seed)
{
    // Left behind where the process dies of an input.
    var current = Path.Combine(AppContext.BaseDirectory, $"{target.Name}.current");
    var mutator = new InputMutator(seed, target.Tokens, target.ReadCorpus());
    var kinds = new HashSet<string>(StringComparer.Ordinal);
    var failures = new HashSet<string>(StringComparer.Ordinal);
    var (runs, worstTime, worstAllocated, timePerByte, allocatedPerByte) = (0L, TimeSpan.Zero, 0L, 0.0, 0.0);
    foreach (var input in target.ReadCorpus())
    {
        Run(input);
    }

    var watch = Stopwatch.StartNew();
    while (watch.Elapsed.TotalSeconds < seconds)
    {
        Run(mutator.Next());
    }

    File.Delete(current);
    Console.WriteLine(
        $"{target.Name}: {runs} inputs, {runs / watch.Elapsed.TotalSeconds:F0}/s, {kinds.Count} outcomes, {failures.Count} failures; "
        + $"worst {worstTime.TotalMilliseconds:F0} ms, {worstAllocated / 1048576.0:F1} MiB; a byte (of 100 or more) {timePerByte * 1e6:F1} us, {allocatedPerByte / 1024:F1} KiB");
    return failures.Count;

    void Run(byte[] input)
    {
        runs++;
        File.WriteAllBytes(current, input);
        try
        {
            var outcome = FuzzCheck.Run(target, input);
            if (kinds.Add(outcome.Kind))
            {
                mutator.Keep(input);
            }

            worstTime = outcome.Time > worstTime ? outcome.Time : worstTime;
            worstAllocated = Math.Max(worstAllocated, outcome.Allocated);
            if (input.Length >= 100 && runs > 1000)
            {
                timePerByte = Math.Max(timePerByte, outcome.Time.TotalSeconds / input.Length);
                allocatedPerByte = Math.Max(allocatedPerByte, (double)outcome.Allocated / input.Length);
            }
        }
        catch (FuzzException failure)
        {
            Save(input, failure);
        }
    }

    // One of each kind.
    void Save(byte[] input, FuzzException failure)
    {
        if (failures.Add(string.Concat(failure.Message.Split('\n').Take(2).Select(line => line.Split(':')[0]))))
        {
            var path = Path.Combine(target.Corpus, "failed-" + Convert.ToHexStringLower(SHA256.HashData(input))[..12]);
            File.WriteAllBytes(path, input);
            Console.WriteLine($"{path}: {string.Join('\n', failure.Message.Split('\n').Take(6))}");
        }
    }
}
