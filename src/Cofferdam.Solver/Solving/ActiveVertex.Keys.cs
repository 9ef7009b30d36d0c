using System.Collections.Immutable;
using Cofferdam.Model;

namespace Cofferdam.Solver;

// What is the vertex's key, and by what is an output known.
internal sealed partial class ActiveVertex
{
    private Task<Finding> FindAsync(int output, CancellationToken cancellationToken) =>
        _findings.GetOrAdd(output, static (number, self) => new Question<Finding>(stop => self.FindRecordsAsync(number, stop)), this).AskAsync(cancellationToken);

    private async Task<VertexKeys> MakeKeysAsync(CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var asking = AskOperationAsync(stop.Token);
        var identifying = Inputs.AskAllAsync(_inputs.Length, async (i, token) => (await _inputs[i].FindAsync(Vertex.Inputs[i].Output, token)).Identity, stop.Token);
        await Inputs.AllOrFirstFailureAsync([asking, identifying], stop);
        return new VertexKeys(await asking, [.. await identifying]);
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
        var keys = await _keys.AskAsync(cancellationToken);
        var contents = await Inputs.AskAllAsync(_inputs.Length, (i, stop) => HashContentAsync(keys.Operation.Inputs[i], i, stop), cancellationToken);
        return CacheKeys.Content(keys, contents);
    }

    private async Task<Digest?> HashContentAsync(InputKey key, int input, CancellationToken cancellationToken)
    {
        if (key.ContentKey is not { } hash)
        {
            return null;
        }

        var result = await _inputs[input].GetResultAsync(Vertex.Inputs[input].Output, cancellationToken);
        try
        {
            return await hash(result, cancellationToken);
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            _environment.Failures.Add(error, Vertex.Digest);
            Progress.Fail(error.Message);
            throw;
        }
    }

    private bool MayFindByDefinition(VertexKeys keys) => keys is { IsStorable: true, IsFresh: false } && !Vertex.Options.IgnoreCache;

    private bool MayFindByContent(VertexKeys keys) => keys is { IsStorableByContent: true, IsFreshByContent: false } && !Vertex.Options.IgnoreCache;

    // Where a record must not be used its identity still is: what is made afresh takes the place of what was made before.
    private async Task<Finding> FindRecordsAsync(int output, CancellationToken cancellationToken)
    {
        var keys = await _keys.AskAsync(cancellationToken);
        var known = keys.IsStorable ? await FindFirstAsync(keys.Definition, output, cancellationToken) : [];
        if (known.Count > 0 && MayFindByDefinition(keys))
        {
            Progress.CompleteCached();
            return new Finding(keys, new VertexIdentity(known[0].Identity, IsStorable: true), known, []);
        }

        if (!keys.HasContent)
        {
            var identity = known.Count > 0 ? known[0].Identity : CacheKeys.Output(keys.Definition[^1], output);
            return new Finding(keys, new VertexIdentity(identity, keys.IsStorable, keys.IsFresh || Vertex.Options.IgnoreCache), [], []);
        }

        var content = await _contentKeys.AskAsync(cancellationToken);
        var equal = keys.IsStorableByContent ? await FindFirstAsync(content, output, cancellationToken) : [];
        if (equal.Count > 0 && MayFindByContent(keys))
        {
            Progress.CompleteCached();
            await NameAsync(keys, equal[0], output, cancellationToken);
            return new Finding(keys, new VertexIdentity(equal[0].Identity, IsStorable: true), equal, content);
        }

        var contentIdentity = equal.Count > 0 ? equal[0].Identity : CacheKeys.Output(content[^1], output);
        return new Finding(keys, new VertexIdentity(contentIdentity, keys.IsStorableByContent, keys.IsFreshByContent || Vertex.Options.IgnoreCache), [], content);
    }

    private async ValueTask<IReadOnlyList<CacheRecord>> FindFirstAsync(ImmutableArray<Digest> keys, int output, CancellationToken cancellationToken)
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
        keys.IsStorable ? _environment.Cache.AddAsync(CacheKeys.Outputs(keys.Definition, output), record, cancellationToken) : ValueTask.CompletedTask;
}
