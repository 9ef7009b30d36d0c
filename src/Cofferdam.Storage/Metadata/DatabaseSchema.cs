using System.Globalization;
using Cofferdam.Model;

namespace Cofferdam.Storage;

/// <summary>The tables, in versions.</summary>
internal static class DatabaseSchema
{
    /// <summary>Each takes the database from the version of its index to the next. Never changed once released, only added to.</summary>
    private static readonly string[] s_migrations =
    [
        """
        CREATE TABLE layers(
            layer TEXT PRIMARY KEY, diff_id TEXT, created INTEGER NOT NULL, last_used INTEGER NOT NULL, usage_count INTEGER NOT NULL,
            size INTEGER, description TEXT NOT NULL, record_type INTEGER NOT NULL, mutable INTEGER NOT NULL) WITHOUT ROWID;
        CREATE INDEX layers_by_diff_id ON layers(diff_id) WHERE diff_id IS NOT NULL;
        CREATE TABLE layer_blobs(
            layer TEXT NOT NULL, compression INTEGER NOT NULL, blob TEXT NOT NULL, size INTEGER NOT NULL, diff_id TEXT NOT NULL,
            PRIMARY KEY(layer, compression)) WITHOUT ROWID;
        CREATE INDEX layer_blobs_by_blob ON layer_blobs(blob);
        CREATE TABLE layer_origins(
            layer TEXT PRIMARY KEY, media_type TEXT NOT NULL, blob TEXT NOT NULL, size INTEGER NOT NULL, diff_id TEXT NOT NULL) WITHOUT ROWID;
        CREATE TABLE layer_repositories(layer TEXT NOT NULL, repository TEXT NOT NULL, PRIMARY KEY(layer, repository)) WITHOUT ROWID;
        CREATE TABLE cache(
            key TEXT NOT NULL, result_id TEXT NOT NULL, identity TEXT NOT NULL, created INTEGER NOT NULL,
            PRIMARY KEY(key, result_id)) WITHOUT ROWID;
        CREATE INDEX cache_by_result ON cache(result_id);
        CREATE TABLE images(name TEXT PRIMARY KEY, media_type TEXT NOT NULL, digest TEXT NOT NULL, size INTEGER NOT NULL, updated INTEGER NOT NULL) WITHOUT ROWID;
        CREATE TABLE cache_mounts(
            id TEXT PRIMARY KEY, directory TEXT NOT NULL, sharing TEXT NOT NULL, description TEXT NOT NULL, size INTEGER,
            created INTEGER NOT NULL, last_used INTEGER NOT NULL, usage_count INTEGER NOT NULL) WITHOUT ROWID;
        CREATE TABLE key_values(scope TEXT NOT NULL, key TEXT NOT NULL, value BLOB NOT NULL, PRIMARY KEY(scope, key)) WITHOUT ROWID;
        """,
        "ALTER TABLE layer_repositories ADD COLUMN seen INTEGER NOT NULL DEFAULT 0;",
        "UPDATE OR REPLACE cache_mounts SET id=directory;",
    ];

    public static int CurrentVersion => s_migrations.Length;

    public static void Migrate(SqliteSession session, string path)
    {
        var version = session.Query("PRAGMA user_version", static row => row.GetInt32(0))[0];
        if (version > CurrentVersion)
        {
            throw new CofferdamException(
                ErrorCode.StateIncompatible,
                $"cannot open database {Quote.Text(path)}: it has version {version}, this coffer reads up to {CurrentVersion}")
            {
                Hint = "use the newer coffer again, choose another directory with --root, or remove the file: images and the cache are then built anew",
            };
        }

        for (; version < CurrentVersion; version++)
        {
            session.ExecuteOnce(string.Create(CultureInfo.InvariantCulture, $"BEGIN IMMEDIATE; {s_migrations[version]} PRAGMA user_version={version + 1}; COMMIT"));
        }
    }
}
