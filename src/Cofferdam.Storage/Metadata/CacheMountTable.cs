using Microsoft.Data.Sqlite;

namespace Cofferdam.Storage;

/// <summary>Cache mounts by id. Who holds one now is not stored: after a restart nobody does.</summary>
public sealed class CacheMountTable
{
    private const string Columns = "id, directory, sharing, description, size, created, last_used, usage_count";
    private readonly MetadataDatabase _database;
    private readonly TimeProvider _timeProvider;

    internal CacheMountTable(MetadataDatabase database, TimeProvider timeProvider) => (_database, _timeProvider) = (database, timeProvider);

    /// <summary>The cache mount of an id; null when there is none.</summary>
    public CacheMountRecord? Find(string id) =>
        _database.Read(session => session.Query($"SELECT {Columns} FROM cache_mounts WHERE id=@1", Make, id).FirstOrDefault(), null);

    /// <summary>All cache mounts.</summary>
    public IReadOnlyList<CacheMountRecord> List() => _database.Read(session => session.Query($"SELECT {Columns} FROM cache_mounts ORDER BY id", Make), []);

    /// <summary>Stores a cache mount, in place of an earlier one of the id.</summary>
    public async ValueTask PutAsync(CacheMountRecord record, CancellationToken cancellationToken) =>
        await _database.WriteAsync(
            session => session.Execute(
                $"INSERT OR REPLACE INTO cache_mounts({Columns}) VALUES(@1,@2,@3,@4,@5,@6,@7,@8)",
                record.Id,
                record.Directory,
                record.Sharing,
                record.Description,
                record.Size,
                record.Created.ToUnixTimeMilliseconds(),
                record.LastUsed.ToUnixTimeMilliseconds(),
                record.UsageCount),
            cancellationToken);

    /// <summary>Counts a use, now, and stores the size if it is known.</summary>
    public async ValueTask TouchAsync(string id, long? size, CancellationToken cancellationToken)
    {
        var now = _timeProvider.GetUtcNow().ToUnixTimeMilliseconds();
        await _database.WriteAsync(
            session => session.Execute("UPDATE cache_mounts SET last_used=@2, usage_count=usage_count+1, size=coalesce(@3, size) WHERE id=@1", id, now, size),
            cancellationToken);
    }

    /// <summary>Forgets a cache mount; false when it was not there.</summary>
    public async ValueTask<bool> RemoveAsync(string id, CancellationToken cancellationToken) =>
        await _database.WriteAsync(session => session.Execute("DELETE FROM cache_mounts WHERE id=@1", id), cancellationToken) > 0;

    private static CacheMountRecord Make(SqliteDataReader row) => new(row.GetString(0), row.GetString(1))
    {
        Sharing = row.GetString(2),
        Description = row.GetString(3),
        Size = row.GetOptionalInt64(4),
        Created = row.GetTime(5),
        LastUsed = row.GetTime(6),
        UsageCount = row.GetInt64(7),
    };
}
