using System.Collections.Immutable;
using Cofferdam.Model;

namespace Cofferdam.Solver;

// What is the vertex's key, and by what is an output known.
internal sealed partial class ActiveVertex
{
    /// <summary>What is known of an output before anything is run for it.</summary>
    public Task<Finding> FindAsync(int output, CancellationToken cancellationToken) =>
        _findings.Of(output).AskAsync(cancellationToken);

    private async Task<VertexKeys> MakeKeysAsync(CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var asking = _operation.AskAsync(stop.Token);
        var identifying = Inputs.AskAllAsync(_inputs.Length, (i, token) => IdentifyAsync(i, asking, token), stop.Token);
        await Inputs.AllOrFirstFailureAsync([asking, identifying], stop);
        return new VertexKeys(await asking, [.. await identifying]);
    }

    private async Task<VertexIdentity> IdentifyAsync(int input, Task<OperationKey> asking, CancellationToken cancellationToken)
    {
        var identity = (await _inputs[input].FindAsync(Vertex.Inputs[input].Output, cancellationToken)).Identity;
        if (_inputs.Length > 1 && await asking is var operation && !await MayLeadToRecordAsync(operation, input, identity, cancellationToken))
        {
            _foresight.SeeMiss(isReadByContent: operation.ReadsByContent(input));
        }

        return identity;
    }

    private async ValueTask<bool> MayLeadToRecordAsync(OperationKey operation, int input, VertexIdentity identity, CancellationToken cancellationToken)
    {
        if (Vertex.Options.IgnoreCache || identity is { IsFresh: true } or { IsStorable: false })
        {
            return false;
        }

        foreach (var link in CacheKeys.AllLinks(operation, input, identity))
        {
            if (await _environment.Cache.FindAsync(link, cancellationToken) is { Count: > 0 })
            {
                return true;
            }
        }

        return false;
    }

    private async Task<OperationKey> AskOperationAsync(CancellationToken cancellationToken)
    {
        try
        {
            var key = await Vertex.Operation.GetKeyAsync(Context(), cancellationToken);
            return !key.Digests.IsDefaultOrEmpty && (key.Inputs.IsEmpty || key.Inputs.Length == _inputs.Length)
                ? key
                : throw new InvalidOperationException($"the key of {Quote.Text(Vertex.Options.Name)} has {key.Inputs.Length} inputs where the vertex has {_inputs.Length}, or no digest");
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            _environment.Failures.Add(error, Vertex.Digest);
            Progress.Fail(error.Message);
            throw;
        }
    }

    private async Task<ImmutableArray<Digest>> MakeContentKeysAsync(CancellationToken cancellationToken)
    {
        var contents = await _contents.AskAsync(cancellationToken);
        var keys = await _keys.AskAsync(cancellationToken);
        return CacheKeys.Content(keys.Operation, keys.Inputs, contents);
    }

    private async Task<Digest?[]> HashContentsAsync(CancellationToken cancellationToken)
    {
        var operation = await _operation.AskAsync(cancellationToken);
        return operation.Inputs.IsEmpty ? [] : await Inputs.AskAllAsync(_inputs.Length, (i, stop) => HashContentAsync(operation.Inputs[i], i, stop), cancellationToken);
    }

    private async Task<Digest?> HashContentAsync(InputKey key, int input, CancellationToken cancellationToken)
    {
        if (key.ContentKey is not { } hash)
        {
            return null;
        }

        for (var attempt = 1; ; attempt++)
        {
            var result = await _inputs[input].GetResultAsync(Vertex.Inputs[input].Output, cancellationToken);
            try
            {
                return await hash(result, cancellationToken);
            }
            catch (Exception error) when (error is not OperationCanceledException)
            {
                if (attempt == MostAttempts || !await _inputs[input].GiveUpIfLostAsync(Vertex.Inputs[input].Output, result, cancellationToken))
                {
                    _environment.Failures.Add(error, Vertex.Digest);
                    Progress.Fail(error.Message);
                    throw;
                }
            }
        }
    }

    private bool MayFindByDefinition(VertexKeys keys) => keys is { IsStorable: true, IsFresh: false } && !Vertex.Options.IgnoreCache;

    private bool MayFindByContent(VertexKeys keys) => keys is { IsStorableByContent: true, IsFreshByContent: false } && !Vertex.Options.IgnoreCache;

    // Content that is sure to be asked for is read while inputs are still being identified: those may wait for content in their turn.
    private async Task<Finding> FindRecordsAsync(int output, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var keys = _keys.AskAsync(stop.Token);
        var finding = FindRecordsAsync(keys, output, stop.Token);
        await Inputs.AllOrFirstFailureAsync([finding, Foresight.WhenAsync(_foresight.ContentNeeded, keys, () => _contents.AskAsync(stop.Token))], stop);
        return await finding;
    }

    // Where a record must not be used its identity still is: what is made afresh takes the place of what was made before.
    private async Task<Finding> FindRecordsAsync(Task<VertexKeys> asking, int output, CancellationToken cancellationToken)
    {
        var keys = await asking;
        if (await FindByDefinitionAsync(keys, output, cancellationToken) is { } finding)
        {
            return finding;
        }

        var content = await _contentKeys.AskAsync(cancellationToken);
        var equal = keys.IsStorableByContent ? await FindFirstAsync(content.Concat(keys.OtherContentKeys(await _contents.AskAsync(cancellationToken))), output, cancellationToken) : [];
        if (equal.Count > 0 && MayFindByContent(keys))
        {
            Progress.CompleteCached();
            await NameAsync(keys, equal[0], output, cancellationToken);
            return new Finding(keys, new VertexIdentity(equal[0].Identity, IsStorable: true), equal, content);
        }

        var contentIdentity = equal.Count > 0 ? equal[0].Identity : CacheKeys.Output(content[^1], output);
        return new Finding(keys, new VertexIdentity(contentIdentity, keys.IsStorableByContent, keys.IsFreshByContent || Vertex.Options.IgnoreCache), [], content);
    }

    // Null where it takes the content of inputs to tell.
    private async ValueTask<Finding?> FindByDefinitionAsync(VertexKeys keys, int output, CancellationToken cancellationToken)
    {
        var known = keys.IsStorable ? await FindFirstAsync(keys.Definition.Concat(keys.OtherDefinitions), output, cancellationToken) : [];
        if (known.Count > 0 && MayFindByDefinition(keys))
        {
            Progress.CompleteCached();
            return new Finding(keys, keys.Identify(known[0].Identity, output), known, []);
        }

        if (keys.HasContent)
        {
            return null;
        }

        var identity = known.Count > 0 ? known[0].Identity : CacheKeys.Output(keys.Definition[^1], output);
        return new Finding(keys, keys.Identify(identity, output) with { IsFresh = keys.IsFresh || Vertex.Options.IgnoreCache }, [], []);
    }

    private async ValueTask<IReadOnlyList<CacheRecord>> FindFirstAsync(IEnumerable<Digest> keys, int output, CancellationToken cancellationToken)
    {
        foreach (var key in keys)
        {
            if (await _environment.Cache.FindAsync(CacheKeys.Output(key, output), cancellationToken) is { Count: > 0 } records)
            {
                return records;
            }
        }

        return [];
    }

    // What was found by content gets the definition as a name: the next build need not look at the content.
    private ValueTask NameAsync(VertexKeys keys, CacheRecord record, int output, CancellationToken cancellationToken) =>
        keys.IsStorable ? _environment.Cache.AddAsync([.. CacheKeys.Outputs(keys.Definition, output), .. CacheKeys.Links(keys)], record, cancellationToken) : ValueTask.CompletedTask;
}
