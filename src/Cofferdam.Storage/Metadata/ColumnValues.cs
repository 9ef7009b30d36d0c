using Cofferdam.Model;
using Microsoft.Data.Sqlite;

namespace Cofferdam.Storage;

/// <summary>Reads the columns' own types.</summary>
internal static class ColumnValues
{
    public static DateTimeOffset GetTime(this SqliteDataReader row, int column) => DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(column));

    public static Digest GetDigest(this SqliteDataReader row, int column) => Digest.Parse(row.GetString(column));

    public static Digest? GetOptionalDigest(this SqliteDataReader row, int column) => row.IsDBNull(column) ? null : row.GetDigest(column);

    public static long? GetOptionalInt64(this SqliteDataReader row, int column) => row.IsDBNull(column) ? null : row.GetInt64(column);
}
