using Cofferdam.Model;

namespace Cofferdam.Storage;

/// <summary>The blobs that layers were made into or come from. Whether a blob is here, only the content store knows.</summary>
public sealed class LayerBlobTable
{
    private readonly MetadataDatabase _database;

    internal LayerBlobTable(MetadataDatabase database) => _database = database;

    /// <summary>The blob that a layer was made into with one compression; null when it never was.</summary>
    public LayerBlob? Find(LayerId layer, Compression compression) => List(layer).FirstOrDefault(blob => blob.Compression == compression);

    /// <summary>All blobs of a layer.</summary>
    public IReadOnlyList<LayerBlob> List(LayerId layer) =>
        _database.Read(
            session => session.Query(
                "SELECT blob, size, diff_id, compression FROM layer_blobs WHERE layer=@1",
                static row => new LayerBlob(row.GetDigest(0), row.GetInt64(1), row.GetDigest(2), (Compression)row.GetInt32(3)),
                layer.Value),
            []);

    /// <summary>The layers that a blob was made of.</summary>
    public IReadOnlyList<LayerId> FindLayers(Digest blob) =>
        _database.Read(session => session.Query("SELECT layer FROM layer_blobs WHERE blob=@1", static row => new LayerId(row.GetString(0)), blob.ToString()), []);

    /// <summary>Stores a blob, in place of an earlier one of the same layer and compression.</summary>
    public async ValueTask PutAsync(LayerId layer, LayerBlob blob, CancellationToken cancellationToken) =>
        await _database.WriteAsync(
            session => session.Execute(
                "INSERT OR REPLACE INTO layer_blobs(layer, compression, blob, size, diff_id) VALUES(@1,@2,@3,@4,@5)",
                layer.Value,
                (long)blob.Compression,
                blob.Blob.ToString(),
                blob.Size,
                blob.DiffId.ToString()),
            cancellationToken);

    /// <summary>Where a layer can be fetched from; null when that is not known.</summary>
    public LayerOrigin? FindOrigin(LayerId layer) =>
        _database.Read(
            session => session.Query(
                "SELECT media_type, blob, size, diff_id FROM layer_origins WHERE layer=@1",
                row => new LayerOrigin(layer, row.GetString(0), row.GetDigest(1), row.GetInt64(2), row.GetDigest(3), []),
                layer.Value).FirstOrDefault() is { } origin
                ? origin with { Repositories = [.. session.Query("SELECT repository FROM layer_repositories WHERE layer=@1 ORDER BY seen DESC", static row => row.GetString(0), layer.Value)] }
                : null,
            null);

    /// <summary>Stores where layers can be fetched from, in one step; repositories are added to those known, and come before them.</summary>
    public async ValueTask PutOriginsAsync(IReadOnlyCollection<LayerOrigin> origins, CancellationToken cancellationToken) =>
        await _database.WriteAsync(
            session =>
            {
                foreach (var origin in origins)
                {
                    Put(session, origin);
                }

                return origins.Count;
            },
            cancellationToken);

    /// <summary>Forgets where a layer can be fetched from.</summary>
    public async ValueTask RemoveOriginAsync(LayerId layer, CancellationToken cancellationToken) =>
        await _database.WriteAsync(
            session => session.Execute("DELETE FROM layer_repositories WHERE layer=@1", layer.Value) + session.Execute("DELETE FROM layer_origins WHERE layer=@1", layer.Value),
            cancellationToken);

    private static void Put(SqliteSession session, LayerOrigin origin)
    {
        session.Execute(
            "INSERT OR REPLACE INTO layer_origins(layer, media_type, blob, size, diff_id) VALUES(@1,@2,@3,@4,@5)",
            origin.Layer.Value,
            origin.MediaType,
            origin.Blob.ToString(),
            origin.Size,
            origin.DiffId.ToString());
        foreach (var repository in origin.Repositories)
        {
            session.Execute(
                "INSERT OR REPLACE INTO layer_repositories(layer, repository, seen) VALUES(@1,@2,(SELECT COALESCE(MAX(seen),0)+1 FROM layer_repositories WHERE layer=@1))",
                origin.Layer.Value,
                repository);
        }
    }
}
