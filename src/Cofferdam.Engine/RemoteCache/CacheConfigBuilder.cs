using System.Collections.Immutable;
using Cofferdam.Model;
using Cofferdam.Solver;

namespace Cofferdam.Engine;

/// <summary>Makes a cache's config of records, in an order that depends on their content only.</summary>
internal static class CacheConfigBuilder
{
    /// <summary>The config.</summary>
    /// <param name="records">The records.</param>
    /// <param name="chains">The blobs of the results that are part of the cache, lowest first, by result.</param>
    /// <param name="annotate">Says what a blob is, where the config must say it; else null.</param>
    public static CacheConfig Build(IReadOnlyList<ExportedRecord> records, IReadOnlyDictionary<string, ImmutableArray<Digest>> chains, Func<Digest, CacheLayerAnnotations>? annotate = null)
    {
        var layers = new List<CacheLayer>();
        var places = new Dictionary<(Digest Blob, int Parent), int>();
        var tops = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var (result, chain) in chains.OrderBy(pair => string.Join(',', pair.Value), StringComparer.Ordinal))
        {
            var top = -1;
            foreach (var blob in chain)
            {
                if (!places.TryGetValue((blob, top), out var place))
                {
                    places[(blob, top)] = place = layers.Count;
                    layers.Add(new CacheLayer(blob, top) { Annotations = annotate?.Invoke(blob) });
                }

                top = place;
            }

            tops[result] = top;
        }

        var order = Enumerable.Range(0, records.Count).OrderBy(i => records[i].Digest.ToString(), StringComparer.Ordinal).ToList();
        var moved = new int[records.Count];
        foreach (var (to, from) in order.Index())
        {
            moved[from] = to;
        }

        return new CacheConfig { Layers = layers, Records = [.. order.Select(i => Describe(records[i], moved, tops))] };
    }

    private static CacheConfigRecord Describe(ExportedRecord record, int[] moved, Dictionary<string, int> tops) => new()
    {
        Digest = record.Digest,
        Results = record.ResultId is { } result && tops.TryGetValue(result, out var layer) ? [new CacheConfigResult(layer, record.Created)] : null,
        Inputs = record.Inputs.IsEmpty
            ? null
            : [.. record.Inputs.Select(input => (IReadOnlyList<CacheConfigInput>)[.. input.Select(way => new CacheConfigInput(way.Selector?.ToString(), moved[way.Record])).OrderBy(way => way.Link)])],
    };
}
