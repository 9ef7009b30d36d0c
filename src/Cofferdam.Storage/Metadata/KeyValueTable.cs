namespace Cofferdam.Storage;

/// <summary>Small values by scope and key: ETags, git refs, listings of local sources.</summary>
public sealed class KeyValueTable
{
    private readonly MetadataDatabase _database;

    internal KeyValueTable(MetadataDatabase database) => _database = database;

    /// <summary>A value; null when there is none.</summary>
    public byte[]? Find(string scope, string key) =>
        _database.Read(
            session => session.Query("SELECT value FROM key_values WHERE scope=@1 AND key=@2", static row => row.GetFieldValue<byte[]>(0), scope, key).FirstOrDefault(),
            null);

    /// <summary>The keys of a scope.</summary>
    public IReadOnlyList<string> ListKeys(string scope) =>
        _database.Read(session => session.Query("SELECT key FROM key_values WHERE scope=@1 ORDER BY key", static row => row.GetString(0), scope), []);

    /// <summary>Stores a value, in place of an earlier one.</summary>
    public async ValueTask PutAsync(string scope, string key, byte[] value, CancellationToken cancellationToken) =>
        await _database.WriteAsync(
            session => session.Execute("INSERT OR REPLACE INTO key_values(scope, key, value) VALUES(@1,@2,@3)", scope, key, value), cancellationToken);

    /// <summary>Removes a value; false when it was not there.</summary>
    public async ValueTask<bool> RemoveAsync(string scope, string key, CancellationToken cancellationToken) =>
        await _database.WriteAsync(session => session.Execute("DELETE FROM key_values WHERE scope=@1 AND key=@2", scope, key), cancellationToken) > 0;

    /// <summary>Removes a scope; returns how many values it had.</summary>
    public ValueTask<int> RemoveScopeAsync(string scope, CancellationToken cancellationToken) =>
        _database.WriteAsync(session => session.Execute("DELETE FROM key_values WHERE scope=@1", scope), cancellationToken);
}
