using System.Collections.Immutable;
using Cofferdam.Model;

namespace Cofferdam.Solver;

// Which record leads to a result that can still be had, and why the vertex ran or did not.
internal sealed partial class ActiveVertex
{
    /// <summary>Why the vertex ran, or did not; null before its keys are known.</summary>
    public async ValueTask<VertexExplanation?> ExplainAsync()
    {
        var question = _findings.All.OrderBy(finding => finding.Output).Select(finding => finding.Question).FirstOrDefault(finding => finding.IsAnswered);
        if (question is null)
        {
            return null;
        }

        var finding = await question.AskAsync(CancellationToken.None);
        var contents = _contents.IsAnswered ? await _contents.AskAsync(CancellationToken.None) : [];
        var outcome = _outcome ?? (finding.Records.Count == 0 ? VertexOutcome.NotNeeded : finding.IsByContent ? VertexOutcome.HitByContent : VertexOutcome.HitByDefinition);
        return new VertexExplanation(Vertex.Digest, Vertex.Options.Name, outcome, finding.Keys.Definition, finding.ContentKeys)
        {
            OperationDigests = finding.Keys.Operation.Digests,
            Inputs = [.. finding.Keys.Inputs.Select((identity, i) => new ExplainedInput(Vertex.Inputs[i].Vertex.Digest, identity.Value, i < contents.Length ? contents[i] : null))],
            Origin = outcome is VertexOutcome.HitByDefinition or VertexOutcome.HitByContent ? (_loaded ?? (finding.Records is [var first, ..] ? first : null))?.Origin : null,
            NewInputs = outcome is VertexOutcome.RanNoRecord ? await FindNewInputsAsync() : [],
        };
    }

    // The inputs for which there is no record of an earlier build.
    private async ValueTask<ImmutableArray<Digest>> FindNewInputsAsync()
    {
        var inputs = ImmutableArray.CreateBuilder<Digest>();
        foreach (var (input, edge) in _inputs.Zip(Vertex.Inputs))
        {
            if (await input.FindAsync(edge.Output, CancellationToken.None) is { Records.Count: 0 } && !inputs.Contains(edge.Vertex.Digest))
            {
                inputs.Add(edge.Vertex.Digest);
            }
        }

        return inputs.ToImmutable();
    }

    private async Task<IResult?> LoadFoundAsync(Finding finding, int output, CancellationToken cancellationToken)
    {
        if (finding.Records.Count == 0)
        {
            return null;
        }

        if (await LoadAsync(finding.Records, cancellationToken) is { } found)
        {
            _outcome ??= finding.IsByContent ? VertexOutcome.HitByContent : VertexOutcome.HitByDefinition;
            return found.Result;
        }

        // What the first key led to is gone: another may lead to something that is not.
        return await LoadByAnyKeyAsync(finding, output, cancellationToken);
    }

    private async Task<IResult?> LoadByAnyKeyAsync(Finding finding, int output, CancellationToken cancellationToken)
    {
        var keys = finding.Keys;
        if (MayFindByDefinition(keys) && await LoadByAsync(keys.Definition, output, cancellationToken) is { } known)
        {
            _outcome ??= VertexOutcome.HitByDefinition;
            return known.Result;
        }

        if (MayFindByContent(keys) && await LoadByAsync(await _contentKeys.AskAsync(cancellationToken), output, cancellationToken) is { } equal)
        {
            _outcome ??= VertexOutcome.HitByContent;
            await NameAsync(keys, equal.Record, output, cancellationToken);
            return equal.Result;
        }

        return null;
    }

    private async Task<(IResult Result, CacheRecord Record)?> LoadByAsync(ImmutableArray<Digest> keys, int output, CancellationToken cancellationToken)
    {
        foreach (var key in keys)
        {
            if (await LoadAsync(await _environment.Cache.FindAsync(CacheKeys.Output(key, output), cancellationToken), cancellationToken) is { } found)
            {
                return found;
            }
        }

        return null;
    }

    private async Task<(IResult Result, CacheRecord Record)?> LoadAsync(IReadOnlyList<CacheRecord> records, CancellationToken cancellationToken)
    {
        foreach (var record in records)
        {
            if (await _environment.Results.LoadAsync(record.ResultId, cancellationToken) is { } result)
            {
                _owned.Push(result);
                _loaded = record;
                Progress.CompleteCached();
                await _environment.Cache.KeepAsync(record, cancellationToken);
                return (result, record);
            }

            await _environment.Cache.RemoveResultAsync(record.ResultId, cancellationToken);
        }

        return null;
    }
}
