using System.Collections.Immutable;
using System.Text.Json;
using Cofferdam.Model;
using Cofferdam.Solver;
using Cofferdam.Storage;

namespace Cofferdam.Engine;

/// <summary>What a build has for a cache.</summary>
/// <param name="Records">The records of all that was solved.</param>
/// <param name="Images">The file systems that are exported.</param>
internal sealed record CacheContents(IReadOnlyList<ExportedRecord> Records, ImmutableArray<Snapshot> Images)
{
    /// <summary>The results that are part of the cache: of all steps, or of those whose layers lie in an image. Sources have none, they are had from where they come.</summary>
    public IEnumerable<(string Result, Snapshot Snapshot)> Select(bool isMax) => Records
        .Where(record => record is { ResultId: not null, Inputs.IsEmpty: false })
        .Select(record => record.ResultId!)
        .Distinct()
        .Select(result => (result, SnapshotResult.ParseId(result) ?? Snapshot.Scratch))
        .Where(result => !result.Item2.Layers.IsEmpty && (isMax || Images.Any(image => image.Layers.AsSpan().StartsWith(result.Item2.Layers.AsSpan()))));

    /// <summary>The part that goes into an image's config (<c>moby.buildkit.cache.v0</c>), where layers are named by their places; null where no result lies in the image.</summary>
    public JsonElement? Inline(Snapshot image)
    {
        var places = image.Layers.Select((layer, i) => (layer, i)).DistinctBy(pair => pair.layer).ToDictionary(pair => pair.layer, pair => pair.i);
        var chains = new Dictionary<string, ImmutableArray<int>>(StringComparer.Ordinal);
        foreach (var result in Records.Where(record => record is { ResultId: not null, Inputs.IsEmpty: false }).Select(record => record.ResultId!).Distinct())
        {
            if (SnapshotResult.ParseId(result) is { Layers: { IsEmpty: false } layers } && layers.All(places.ContainsKey))
            {
                chains[result] = [.. layers.Select(layer => places[layer])];
            }
        }

        var config = CacheConfigBuilder.Build(Records, ImmutableDictionary<string, ImmutableArray<Digest>>.Empty);
        if (chains.Count == 0)
        {
            return null;
        }

        var ordered = Records.OrderBy(record => record.Digest.ToString(), StringComparer.Ordinal);
        IReadOnlyList<CacheConfigRecord> records = [.. config.Records!.Zip(ordered, (described, record) => record.ResultId is { } result && chains.TryGetValue(result, out var chain) ? Place(described, record, chain) : described)];
        return JsonSerializer.SerializeToElement(Convert.ToBase64String(JsonSerializer.SerializeToUtf8Bytes(records, CacheJsonContext.Default.IReadOnlyListCacheConfigRecord)), CacheJsonContext.Default.String);
    }

    // Where the result is the image's lowest layers the topmost says it all.
    private static CacheConfigRecord Place(CacheConfigRecord described, ExportedRecord record, ImmutableArray<int> chain) =>
        chain.SequenceEqual(Enumerable.Range(0, chain.Length))
            ? described with { Results = [new CacheConfigResult(chain.Length - 1, record.Created)] }
            : described with { Chains = [new CacheConfigChain(chain, record.Created)] };
}
