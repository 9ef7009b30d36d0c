using System.Collections.Immutable;
using Cofferdam.Model;

namespace Cofferdam.Solver;

/// <summary>Collects the records of a build's vertices, each after those of what it reads.</summary>
internal sealed class RecordCollector
{
    private readonly Dictionary<Digest, int> _contents = [];
    private readonly Dictionary<(ActiveVertex Vertex, int Output), ImmutableArray<int>> _outputs = [];

    /// <summary>What was collected.</summary>
    public List<ExportedRecord> Records { get; } = [];

    /// <summary>Whether the vertex's records are there already.</summary>
    public bool Has(ActiveVertex vertex, int output) => _outputs.ContainsKey((vertex, output));

    /// <summary>The places of an output's records; none where it can't be found again.</summary>
    public ImmutableArray<int> Find(ActiveVertex vertex, int output) => _outputs.GetValueOrDefault((vertex, output), []);

    /// <summary>The place of the record of content that was read.</summary>
    public int Content(Digest content)
    {
        if (!_contents.TryGetValue(content, out var place))
        {
            _contents[content] = place = Records.Count;
            Records.Add(new ExportedRecord(CacheKeys.Record(content, -1), []));
        }

        return place;
    }

    /// <summary>Adds an output's records.</summary>
    public void Add(ActiveVertex vertex, int output, IEnumerable<ExportedRecord> records)
    {
        var places = ImmutableArray.CreateBuilder<int>();
        foreach (var record in records)
        {
            places.Add(Records.Count);
            Records.Add(record);
        }

        _outputs[(vertex, output)] = places.ToImmutable();
    }
}
