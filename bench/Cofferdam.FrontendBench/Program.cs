// Measures how long Dockerfiles take to be read and made into graphs: dotnet publish bench/Cofferdam.FrontendBench -r linux-x64 -o DIR && DIR/Cofferdam.FrontendBench [LINES...]
using System.Collections.Immutable;
using System.Diagnostics;
using System.Text;
using Cofferdam.Dockerfile;
using Cofferdam.FrontendBench;
using Cofferdam.Model;

const int Rounds = 9;
foreach (var lines in args.Length > 0 ? Array.ConvertAll(args, int.Parse) : [300, 10_000, 100_000])
{
    var text = Write(lines);
    var (parse, parsed) = Best(() => Parse(text));
    var (solve, solved) = Best(() => Solve(text));
    Console.WriteLine($"{lines,7} lines, {text.Length / 1024,5} KiB: parse {parse,7:F1} ms {parsed,6:F1} MiB; parse, lower and write the graph {solve,7:F1} ms {solved,6:F1} MiB");
}

Console.WriteLine($"collections: {GC.CollectionCount(0)} {GC.CollectionCount(1)} {GC.CollectionCount(2)}, paused {GC.GetTotalPauseDuration().TotalMilliseconds:F0} ms");
return 0;

static (double Milliseconds, double Megabytes) Best(Action action)
{
    action();
    action();
    var best = double.MaxValue;
    var allocated = 0L;
    for (var i = 0; i < Rounds; i++)
    {
        GC.Collect();
        allocated = GC.GetAllocatedBytesForCurrentThread();
        var watch = Stopwatch.GetTimestamp();
        action();
        best = Math.Min(best, Stopwatch.GetElapsedTime(watch).TotalMilliseconds);
        allocated = GC.GetAllocatedBytesForCurrentThread() - allocated;
    }

    return (best, allocated / 1048576.0);
}

static void Parse(byte[] text) => DockerfileText.Parse(new SourceText("Dockerfile", text));

static void Solve(byte[] text)
{
    var request = new FrontendRequest { Options = ImmutableDictionary<string, string>.Empty, WorkerPlatforms = [Platform.Parse("linux/amd64")], SessionId = "session" };
    var task = new DockerfileFrontend().SolveAsync(request, new BenchHost(text), CancellationToken.None);
    if (!task.IsCompletedSuccessfully)
    {
        throw new InvalidOperationException("it is not done", task.Exception);
    }
}

// What people write, in stages of a hundred lines, each on top of the one before.
static byte[] Write(int lines)
{
    var text = new StringBuilder("# syntax=docker/dockerfile:1\nFROM alpine:3 AS s0\n");
    for (var i = 2; i < lines; i++)
    {
        text.Append((i % 100, i % 10) switch
        {
            (0, _) => $"FROM s{(i / 100) - 1} AS s{i / 100}\n",
            (_, 0) => $"ARG VERSION{i % 50}=1.{i}\n",
            (_, 1) => $"ENV NAME{i % 50}=value-{i} PATH=/opt/bin{i % 7}:/bin\n",
            (_, 2) => $"COPY --chown=1000:1000 src/dir{i} /app/dir{i}/\n",
            (_, 3) => $"RUN --mount=type=cache,target=/var/cache apk add package{i}=$VERSION{i % 50} \\\n",
            (_, 4) => "    && echo done \"and more of it\"\n",
            (_, 5) => $"LABEL org.example.label{i % 30}=\"value {i}\"\n",
            (_, 6) => $"WORKDIR /app/dir{i}\n",
            (_, 7) => $"# a comment about line {i}\n",
            (_, 8) => $"RUN make -j4 target{i} && rm -rf /tmp/*\n",
            _ => $"EXPOSE {8000 + (i % 100)}\n",
        });
    }

    return Encoding.UTF8.GetBytes(text.ToString());
}
