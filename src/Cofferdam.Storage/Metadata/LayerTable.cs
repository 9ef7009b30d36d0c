using Cofferdam.Model;
using Microsoft.Data.Sqlite;

namespace Cofferdam.Storage;

/// <summary>What is known of each layer. A layer without a record, and a record without a layer, are both no error.</summary>
public sealed class LayerTable
{
    private const string Columns = "layer, diff_id, created, last_used, usage_count, size, description, record_type, mutable";
    private readonly MetadataDatabase _database;
    private readonly TimeProvider _timeProvider;

    internal LayerTable(MetadataDatabase database, TimeProvider timeProvider) => (_database, _timeProvider) = (database, timeProvider);

    /// <summary>The record of a layer; null when there is none.</summary>
    public LayerRecord? Find(LayerId layer) =>
        _database.Read(session => session.Query($"SELECT {Columns} FROM layers WHERE layer=@1", Make, layer.Value).FirstOrDefault(), null);

    /// <summary>The layers that have a diff ID.</summary>
    public IReadOnlyList<LayerRecord> FindByDiffId(Digest diffId) =>
        _database.Read(session => session.Query($"SELECT {Columns} FROM layers WHERE diff_id=@1", Make, diffId.ToString()), []);

    /// <summary>All records.</summary>
    public IReadOnlyList<LayerRecord> List() => _database.Read(session => session.Query($"SELECT {Columns} FROM layers", Make), []);

    /// <summary>Stores a record, in place of an earlier one.</summary>
    public async ValueTask PutAsync(LayerRecord record, CancellationToken cancellationToken) =>
        await _database.WriteAsync(
            session => session.Execute(
                $"INSERT OR REPLACE INTO layers({Columns}) VALUES(@1,@2,@3,@4,@5,@6,@7,@8,@9)",
                record.Layer.Value,
                record.DiffId?.ToString(),
                record.Created.ToUnixTimeMilliseconds(),
                record.LastUsed.ToUnixTimeMilliseconds(),
                record.UsageCount,
                record.Size,
                record.Description,
                (long)record.Type,
                record.Mutable ? 1L : 0L),
            cancellationToken);

    /// <summary>Counts a use of each layer, now. Layers without a record are left out.</summary>
    public async ValueTask TouchAsync(IReadOnlyCollection<LayerId> layers, CancellationToken cancellationToken)
    {
        var now = _timeProvider.GetUtcNow().ToUnixTimeMilliseconds();
        await _database.WriteAsync(
            session => layers.Sum(layer => session.Execute("UPDATE layers SET last_used=@2, usage_count=usage_count+1 WHERE layer=@1", layer.Value, now)),
            cancellationToken);
    }

    /// <summary>Remembers a layer's size.</summary>
    public async ValueTask SetSizeAsync(LayerId layer, long size, CancellationToken cancellationToken) =>
        await _database.WriteAsync(session => session.Execute("UPDATE layers SET size=@2 WHERE layer=@1", layer.Value, size), cancellationToken);

    /// <summary>Remembers a layer's diff ID.</summary>
    public async ValueTask SetDiffIdAsync(LayerId layer, Digest diffId, CancellationToken cancellationToken) =>
        await _database.WriteAsync(session => session.Execute("UPDATE layers SET diff_id=@2 WHERE layer=@1", layer.Value, diffId.ToString()), cancellationToken);

    /// <summary>Forgets layers, with their blobs and origins, in one step.</summary>
    public async ValueTask RemoveAsync(IReadOnlyCollection<LayerId> layers, CancellationToken cancellationToken) =>
        await _database.WriteAsync(
            session =>
            {
                foreach (var layer in layers)
                {
                    session.Execute("DELETE FROM layers WHERE layer=@1", layer.Value);
                    session.Execute("DELETE FROM layer_blobs WHERE layer=@1", layer.Value);
                    session.Execute("DELETE FROM layer_origins WHERE layer=@1", layer.Value);
                    session.Execute("DELETE FROM layer_repositories WHERE layer=@1", layer.Value);
                }

                return layers.Count;
            },
            cancellationToken);

    private static LayerRecord Make(SqliteDataReader row) => new(new LayerId(row.GetString(0)))
    {
        DiffId = row.GetOptionalDigest(1),
        Created = row.GetTime(2),
        LastUsed = row.GetTime(3),
        UsageCount = row.GetInt64(4),
        Size = row.GetOptionalInt64(5),
        Description = row.GetString(6),
        Type = (LayerRecordType)row.GetInt32(7),
        Mutable = row.GetBoolean(8),
    };
}
