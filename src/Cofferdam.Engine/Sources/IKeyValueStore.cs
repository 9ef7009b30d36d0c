namespace Cofferdam.Engine;

/// <summary>Small things that sources remember over restarts: ETags, listings, refs. May forget at any time.</summary>
public interface IKeyValueStore
{
    /// <summary>What was stored; null when nothing is.</summary>
    ValueTask<byte[]?> FindAsync(string scope, string key, CancellationToken cancellationToken);

    /// <summary>Stores a value in place of an earlier one.</summary>
    ValueTask PutAsync(string scope, string key, byte[] value, CancellationToken cancellationToken);

    /// <summary>The keys of a scope, in order.</summary>
    ValueTask<IReadOnlyList<string>> ListKeysAsync(string scope, CancellationToken cancellationToken);

    /// <summary>Removes a value, if it is there.</summary>
    ValueTask RemoveAsync(string scope, string key, CancellationToken cancellationToken);
}
