using System.Collections.Immutable;
using Cofferdam.Model;

namespace Cofferdam.Solver;

// What is the vertex's key, and which record does it lead to.
internal sealed partial class ActiveVertex
{
    private async Task<VertexKeys> MakeKeysAsync()
    {
        var operation = Vertex.Operation.GetKeyAsync(Context(), _stop.Token).AsTask();
        var inputs = await InputIdentitiesAsync();
        var key = await operation;
        var identities = inputs.Select(input => input.Value).ToImmutableArray();
        return new VertexKeys(
            key,
            identities,
            [.. key.Digests.Select(digest => CacheKeys.Definition(digest, identities, key.Inputs))],
            key.IsStorable && inputs.All(input => input.IsStorable));
    }

    private Task<VertexIdentity[]> InputIdentitiesAsync() =>
        Task.WhenAll(_inputs.Select((input, i) => input.GetIdentityAsync(Vertex.Inputs[i].Output)));

    private async Task<Digest[]> MakeContentKeysAsync()
    {
        var keys = await _keys.GetAsync();
        var contents = await Task.WhenAll(_inputs.Select(async (input, i) =>
            keys.Operation.Inputs[i].ContentKey is { } hash
                ? await hash(await input.GetResultAsync(Vertex.Inputs[i].Output), _stop.Token)
                : (Digest?)null));
        return [.. keys.Operation.Digests.Select(digest => CacheKeys.Content(digest, keys.Inputs, keys.Operation.Inputs, [.. contents]))];
    }

    // A content key means the same in another build where every input that goes in by identity does.
    private static bool AreStorable(VertexIdentity[] inputs, OperationKey operation) =>
        operation.IsStorable && inputs.Select((input, i) => input.IsStorable || operation.Inputs[i].ContentKey is not null).All(isStorable => isStorable);

    private async Task<Finding> FindRecordsAsync(int output)
    {
        var keys = await _keys.GetAsync();
        if (Vertex.Options.IgnoreCache)
        {
            return new Finding(keys, new VertexIdentity(CacheKeys.Output(_fresh, output), true), [], [], IsByContent: false);
        }

        if (keys.IsStorable && await FindAsync(keys.Definition, output) is { Count: > 0 } known)
        {
            Progress.CompleteCached();
            return new Finding(keys, new VertexIdentity(known[0].Identity, true), known, [], IsByContent: false);
        }

        if (!keys.HasContent)
        {
            return new Finding(keys, new VertexIdentity(CacheKeys.Output(keys.Definition[^1], output), keys.IsStorable), [], [], IsByContent: false);
        }

        ImmutableArray<Digest> content = [.. await _contentKeys.GetAsync()];
        var isStorable = AreStorable(await InputIdentitiesAsync(), keys.Operation);
        var records = isStorable ? await FindAsync(content, output) : [];
        if (records.Count == 0)
        {
            return new Finding(keys, new VertexIdentity(CacheKeys.Output(content[^1], output), isStorable), [], content, IsByContent: true);
        }

        Progress.CompleteCached();
        if (keys.IsStorable)
        {
            // The definition becomes a name of the record: the next build need not look at the content.
            await _environment.Cache.AddAsync([.. keys.Definition.Select(key => CacheKeys.Output(key, output))], records[0], _stop.Token);
        }

        return new Finding(keys, new VertexIdentity(records[0].Identity, true), records, content, IsByContent: true);
    }

    private async ValueTask<IReadOnlyList<CacheRecord>> FindAsync(ImmutableArray<Digest> keys, int output)
    {
        foreach (var key in keys)
        {
            if (await _environment.Cache.FindAsync(CacheKeys.Output(key, output), _stop.Token) is { Count: > 0 } records)
            {
                return records;
            }
        }

        return [];
    }
}
