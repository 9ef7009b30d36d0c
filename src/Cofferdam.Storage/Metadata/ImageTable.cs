using Cofferdam.Model;
using Microsoft.Data.Sqlite;

namespace Cofferdam.Storage;

/// <summary>Names of images, and what each means.</summary>
public sealed class ImageTable
{
    private readonly MetadataDatabase _database;
    private readonly TimeProvider _timeProvider;

    internal ImageTable(MetadataDatabase database, TimeProvider timeProvider) => (_database, _timeProvider) = (database, timeProvider);

    /// <summary>The image of a name; null when there is none.</summary>
    public ImageRecord? Find(string name) =>
        _database.Read(session => session.Query("SELECT name, media_type, digest, size, updated FROM images WHERE name=@1", Make, name).FirstOrDefault(), null);

    /// <summary>All images by name.</summary>
    public IReadOnlyList<ImageRecord> List() =>
        _database.Read(session => session.Query("SELECT name, media_type, digest, size, updated FROM images ORDER BY name", Make), []);

    /// <summary>Gives an image a name, in place of the one that had it.</summary>
    public async ValueTask PutAsync(string name, Descriptor target, CancellationToken cancellationToken)
    {
        var now = _timeProvider.GetUtcNow().ToUnixTimeMilliseconds();
        await _database.WriteAsync(
            session => session.Execute(
                "INSERT OR REPLACE INTO images(name, media_type, digest, size, updated) VALUES(@1,@2,@3,@4,@5)",
                name,
                target.MediaType,
                target.Digest.ToString(),
                target.Size,
                now),
            cancellationToken);
    }

    /// <summary>Removes a name; false when it was not there.</summary>
    public async ValueTask<bool> DeleteAsync(string name, CancellationToken cancellationToken) =>
        await _database.WriteAsync(session => session.Execute("DELETE FROM images WHERE name=@1", name), cancellationToken) > 0;

    private static ImageRecord Make(SqliteDataReader row) =>
        new(row.GetString(0), new Descriptor { MediaType = row.GetString(1), Digest = row.GetDigest(2), Size = row.GetInt64(3) }, row.GetTime(4));
}
