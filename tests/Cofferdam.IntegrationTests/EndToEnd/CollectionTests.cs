using System.Diagnostics;
using System.Globalization;
using Xunit;

namespace Cofferdam.IntegrationTests.EndToEnd;

/// <summary>Builds while everything that is not in use is removed again and again: nothing that a build needs ever is.</summary>
/// <remarks>COFFER_SOAK_SECONDS is how long; a short time by default.</remarks>
public sealed class CollectionTests : IDisposable
{
    // Stages that are shared by all builds, steps of each one's own, and files taken from one to the other.
    private const string Dockerfile = """
        FROM scratch AS tools
        COPY busybox /bin/busybox
        RUN ["/bin/busybox", "--install", "-s", "/bin"]

        FROM tools AS shared
        RUN i=0; while [ $i -lt 50 ]; do echo $i > /s$i; i=$((i+1)); done

        FROM tools AS own
        COPY number /
        RUN --mount=type=cache,target=/cache --mount=from=shared,target=/shared cat /shared/s* | wc -l > /lines && cat /number > /cache/number

        FROM tools
        COPY --from=shared /s1 /
        COPY --link --from=own /lines /number /
        RUN cat /number /lines /s1 > /all
        """;

    private readonly CofferCommand _coffer = new();
    private int _builds;
    private int _removals;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static TimeSpan Duration => TimeSpan.FromSeconds(int.Parse(Environment.GetEnvironmentVariable("COFFER_SOAK_SECONDS") ?? "12", CultureInfo.InvariantCulture));

    [Fact]
    public async Task Builds_WhileAllIsRemovedThatIsNotInUse_AreRight()
    {
        var watch = Stopwatch.StartNew();

        await Task.WhenAll([.. Enumerable.Range(0, 3).Select(worker => BuildAsync(worker, watch)), RemoveAsync(watch)]);

        TestContext.Current.SendDiagnosticMessage($"{_builds} builds, {_removals} removals");
        Assert.True(_builds >= 3 && _removals >= 3, $"{_builds} builds, {_removals} removals");
        Assert.StartsWith("exit 0", await _coffer.RunAsync("prune", "--all"), StringComparison.Ordinal);
        Assert.Matches("Total:\t+0B", await _coffer.RunAsync("du"));
        await _coffer.AssertNothingIsLeftAsync();
    }

    public void Dispose() => _coffer.Dispose();

    private async Task BuildAsync(int worker, Stopwatch watch)
    {
        var context = Directory.CreateDirectory(Path.Combine(_coffer.Directory, $"context{worker}")).FullName;
        File.Copy("/bin/busybox", Path.Combine(context, "busybox"));
        await File.WriteAllTextAsync(Path.Combine(context, "Dockerfile"), Dockerfile, Token);
        for (var number = 0; watch.Elapsed < Duration; number++)
        {
            await File.WriteAllTextAsync(Path.Combine(context, "number"), $"{worker} {number / 2}\n", Token); // every other build has nothing new
            var result = Path.Combine(context, "../result" + worker);
            if (Directory.Exists(result))
            {
                Directory.Delete(result, recursive: true);
            }

            var shown = await _coffer.RunAsync("build", "--progress", "plain", "--output", "type=local,dest=" + result, context);
            Assert.True(shown.StartsWith("exit 0", StringComparison.Ordinal), shown);
            Assert.Equal($"{worker} {number / 2}\n50\n1\n", await File.ReadAllTextAsync(Path.Combine(result, "all"), Token));
            Interlocked.Increment(ref _builds);
        }
    }

    private async Task RemoveAsync(Stopwatch watch)
    {
        while (watch.Elapsed < Duration)
        {
            var shown = await _coffer.RunAsync("prune", "--all");
            Assert.True(shown.StartsWith("exit 0", StringComparison.Ordinal), shown);
            _removals++;
        }
    }
}
