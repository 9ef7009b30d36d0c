using Cofferdam.IntegrationTests.EndToEnd;
using Xunit;

namespace Cofferdam.IntegrationTests.Corpus;

/// <summary>Both builders, ready for the cases of the corpus.</summary>
public sealed class CorpusFixture(DaemonFixture daemon) : IAsyncLifetime
{
    private readonly ImageStoreEngineFixture _engine = new();
    private CorpusRun? _run;
    private bool _isEngineStarted;

    public async ValueTask InitializeAsync()
    {
        var directory = daemon.NewDirectory(("Dockerfile", "FROM " + daemon.Base));
        await daemon.MustCofferAsync("build", "-q", "-o", $"type=oci,dest={directory}/base.tar", directory);
        _run = new CorpusRun(daemon.Base, SavedImage.OfOci(directory + "/base.tar").Config);
    }

    public async ValueTask DisposeAsync()
    {
        _run?.Dispose();
        await _engine.DisposeAsync();
    }

    /// <summary>What <c>coffer build</c> makes of a case.</summary>
    internal Task<string> BuildByCofferAsync(CorpusCase sample) =>
        _run!.DescribeAsync(sample, (words, directory) => daemon.RunAsync("bash", "-c", $"cd '{directory}' && exec '{CofferCommand.Program}' build {words}"));

    /// <summary>What Docker Engine makes of a case; skips the test where there is none.</summary>
    internal async Task<string> BuildByEngineAsync(CorpusCase sample)
    {
        if (!_isEngineStarted)
        {
            await _engine.InitializeAsync();
            _isEngineStarted = true;
        }

        _ = _engine.Address;
        return await _run!.DescribeAsync(sample, (words, directory) =>
            _engine.TryAsync("bash", "-c", $"cd '{directory}' && exec '{DaemonFixture.Buildx()}' build --provenance=false {words}"));
    }
}
