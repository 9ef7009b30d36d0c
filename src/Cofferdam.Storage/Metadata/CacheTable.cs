using Microsoft.Data.Sqlite;

namespace Cofferdam.Storage;

/// <summary>Cache keys and the results they lead to; a key may lead to several, a result have many keys.</summary>
public sealed class CacheTable
{
    private readonly MetadataDatabase _database;

    internal CacheTable(MetadataDatabase database) => _database = database;

    /// <summary>The records under a key, newest first.</summary>
    public IReadOnlyList<CacheEntry> Find(string key) =>
        _database.Read(
            session => session.Query("SELECT result_id, identity, created FROM cache WHERE key=@1 ORDER BY created DESC", static row => Make(row, 0), key),
            []);

    /// <summary>Whether any key leads to a result.</summary>
    public bool HasResult(string resultId) =>
        _database.Read(session => session.Query("SELECT 1 FROM cache WHERE result_id=@1 LIMIT 1", static row => row.GetBoolean(0), resultId).Count > 0, false);

    /// <summary>Stores a record under each of some keys, in one step.</summary>
    public async ValueTask AddAsync(IReadOnlyCollection<string> keys, CacheEntry entry, CancellationToken cancellationToken)
    {
        var (identity, created) = (entry.Identity.ToString(), entry.Created.ToUnixTimeMilliseconds());
        await _database.WriteAsync(
            session => keys.Sum(key => session.Execute(
                "INSERT OR REPLACE INTO cache(key, result_id, identity, created) VALUES(@1,@2,@3,@4)", key, entry.ResultId, identity, created)),
            cancellationToken);
    }

    /// <summary>Removes every record with that result; returns how many.</summary>
    public ValueTask<int> RemoveResultAsync(string resultId, CancellationToken cancellationToken) =>
        _database.WriteAsync(session => session.Execute("DELETE FROM cache WHERE result_id=@1", resultId), cancellationToken);

    /// <summary>Removes everything.</summary>
    public ValueTask<int> ClearAsync(CancellationToken cancellationToken) =>
        _database.WriteAsync(session => session.Execute("DELETE FROM cache"), cancellationToken);

    /// <summary>All results, each once.</summary>
    public IReadOnlyList<string> ListResults() =>
        _database.Read(session => session.Query("SELECT DISTINCT result_id FROM cache", static row => row.GetString(0)), []);

    /// <summary>All records with their keys.</summary>
    public IReadOnlyList<(string Key, CacheEntry Entry)> List() =>
        _database.Read(session => session.Query("SELECT key, result_id, identity, created FROM cache", static row => (row.GetString(0), Make(row, 1))), []);

    private static CacheEntry Make(SqliteDataReader row, int first) => new(row.GetString(first), row.GetDigest(first + 1), row.GetTime(first + 2));
}
