using Cofferdam.Storage;

namespace Cofferdam.Engine;

/// <summary>What sources remember, in the daemon's database.</summary>
internal sealed class DatabaseKeyValues(KeyValueTable table) : IKeyValueStore
{
    public ValueTask<byte[]?> FindAsync(string scope, string key, CancellationToken cancellationToken) => ValueTask.FromResult(table.Find(scope, key));

    public ValueTask PutAsync(string scope, string key, byte[] value, CancellationToken cancellationToken) => table.PutAsync(scope, key, value, cancellationToken);

    public ValueTask<IReadOnlyList<string>> ListKeysAsync(string scope, CancellationToken cancellationToken) => ValueTask.FromResult(table.ListKeys(scope));

    public async ValueTask RemoveAsync(string scope, string key, CancellationToken cancellationToken) => await table.RemoveAsync(scope, key, cancellationToken);
}
