using System.Collections.Immutable;

namespace Cofferdam.Solver;

// How what was made of the vertex may be found by others.
internal sealed partial class ActiveVertex
{
    /// <summary>Adds the records of all outputs that were asked for. What the vertex reads was added before.</summary>
    public async ValueTask CollectAsync(RecordCollector collector)
    {
        foreach (var (output, question) in _findings.All)
        {
            if (!question.IsAnswered || collector.Has(this, output))
            {
                continue;
            }

            var finding = await question.AskAsync(CancellationToken.None);
            var inputs = await DescribeInputsAsync(finding.Keys, collector);
            var isThere = finding.Keys.Operation is { IsStorable: true, IsExportable: true } && inputs.All(input => input.Length > 0);
            var (result, created) = await FindResultAsync(finding, output);
            collector.Add(this, output, isThere
                ? finding.Keys.Operation.Digests.Select(digest => new ExportedRecord(CacheKeys.Record(digest, output), inputs) { ResultId = result, Created = created })
                : []);
        }
    }

    private async ValueTask<ImmutableArray<ImmutableArray<ExportedInput>>> DescribeInputsAsync(VertexKeys keys, RecordCollector collector)
    {
        var contents = _contents.IsAnswered ? await _contents.AskAsync(CancellationToken.None) : [];
        var inputs = ImmutableArray.CreateBuilder<ImmutableArray<ExportedInput>>(_inputs.Length);
        for (var i = 0; i < _inputs.Length; i++)
        {
            var selector = keys.Operation.Inputs.IsEmpty ? null : keys.Operation.Inputs[i].Selector;
            var ways = collector.Find(_inputs[i], Vertex.Inputs[i].Output).Select(record => new ExportedInput(record, selector));
            inputs.Add(i < contents.Length && contents[i] is { } content ? [.. ways, new ExportedInput(collector.Content(content), null)] : [.. ways]);
        }

        return inputs.MoveToImmutable();
    }

    private async ValueTask<(string? Id, DateTimeOffset Created)> FindResultAsync(Finding finding, int output)
    {
        var created = _recorded ?? (finding.Records.Count > 0 ? finding.Records[0].Created : _environment.Clock.GetUtcNow());
        created = new DateTimeOffset(created.Ticks - (created.Ticks % TimeSpan.TicksPerMillisecond), created.Offset); // as a record keeps it: exported again it is the same
        return _results.Find(output) is { IsAnswered: true } result
            ? ((await result.AskAsync(CancellationToken.None)).Id, created)
            : (finding.Records.Count > 0 ? finding.Records[0].ResultId : null, created);
    }
}
