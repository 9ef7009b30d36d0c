using System.Collections.Immutable;
using Cofferdam.Model;

namespace Cofferdam.Solver;

/// <summary>Makes the keys that records from elsewhere have here.</summary>
public static class CacheImport
{
    private const int MaxKeys = 32;

    /// <summary>What to store: for each record that has a result, all keys that lead to it.</summary>
    /// <param name="records">The records; what they name as inputs comes before or after them, never in a circle.</param>
    /// <param name="origin">The <see cref="CacheRecord.Origin"/> of them.</param>
    public static IReadOnlyList<(IReadOnlyCollection<Digest> Keys, CacheRecord Record)> Read(IReadOnlyList<ExportedRecord> records, string origin)
    {
        var known = new ImmutableArray<Digest>?[records.Count];
        var found = new List<(IReadOnlyCollection<Digest>, CacheRecord)>();
        foreach (var index in Order(records))
        {
            var record = records[index];
            var choices = record.Inputs.Select(input => Choices(input, known)).ToList();
            ImmutableArray<Digest> keys = [.. Combine(choices).Take(MaxKeys).Select(inputs => CacheKeys.Vertex(record.Digest, inputs))];
            known[index] = keys;
            if (record.ResultId is { } result && keys.Length > 0)
            {
                var links = choices.Count < 2 ? [] : choices.SelectMany((choice, i) => choice.Select(part => CacheKeys.Link(record.Digest, i, part.Identity, part.Selector)));
                found.Add(([.. keys, .. links], new CacheRecord(result, keys[0], record.Created) { Origin = origin }));
            }
        }

        return found;
    }

    // Content comes first: by it an output is known that is made here.
    private static List<(Digest Identity, Digest? Selector)> Choices(ImmutableArray<ExportedInput> input, ImmutableArray<Digest>?[] known) =>
        [.. input.OrderBy(way => way.Selector is not null).SelectMany(way => (known[way.Record] ?? []).Select(identity => (identity, way.Selector))).Take(MaxKeys)];

    private static IEnumerable<ImmutableArray<(Digest Identity, Digest? Selector)>> Combine(List<List<(Digest Identity, Digest? Selector)>> choices) =>
        choices.Aggregate<List<(Digest Identity, Digest? Selector)>, IEnumerable<ImmutableArray<(Digest Identity, Digest? Selector)>>>(
            [[]], (combinations, choice) => combinations.SelectMany(parts => choice.Select(parts.Add)));

    // Each record after those it names; one that is part of a circle is left out with all above it.
    private static List<int> Order(IReadOnlyList<ExportedRecord> records)
    {
        var above = new List<int>[records.Count];
        var missing = new int[records.Count];
        for (var i = 0; i < records.Count; i++)
        {
            foreach (var input in records[i].Inputs.SelectMany(input => input).Select(input => input.Record).Distinct())
            {
                if (input < 0 || input >= records.Count)
                {
                    throw new InvalidInputException($"invalid cache: record {i} names record {input}, which is not there");
                }

                (above[input] ??= []).Add(i);
                missing[i]++;
            }
        }

        var ordered = new List<int>(records.Count);
        ordered.AddRange(Enumerable.Range(0, records.Count).Where(i => missing[i] == 0));
        for (var next = 0; next < ordered.Count; next++)
        {
            ordered.AddRange((above[ordered[next]] ?? []).Where(i => --missing[i] == 0));
        }

        return ordered;
    }
}
