using System.Globalization;
using Cofferdam.Cli.Build;
using Cofferdam.Cli.Terminal;
using Cofferdam.Protocol.Control;

namespace Cofferdam.Cli.Commands;

/// <summary>Records of the cache as <c>du</c> and <c>prune</c> show them.</summary>
internal static class UsageText
{
    /// <summary>Writes one row a record.</summary>
    public static void WriteTable(IEnumerable<UsageRecord> records, CommandConsole console)
    {
        var table = new TextTable("ID", "RECLAIMABLE", "SIZE", "LAST ACCESSED");
        var now = console.Time.GetUtcNow();
        foreach (var record in records)
        {
            var size = ByteCount.Format(record.Size) + (record.Shared ? "*" : string.Empty);
            var used = record.LastUsedAt is null ? string.Empty : Age.Describe(record.LastUsedAt.ToDateTimeOffset(), now);
            table.Add(record.ID + (record.Mutable ? "*" : string.Empty), record.InUse ? "false" : "true", size, used);
        }

        table.Write(console.Output);
    }

    /// <summary>Writes all members of a record, one a line.</summary>
    public static void WriteVerbose(UsageRecord record, TextWriter writer)
    {
        void Line(string name, string value) => writer.WriteLine($"{name + ":",-16}{value}");
        Line("ID", record.ID);
        if (record.Parents.Count > 0)
        {
            Line("Parents", string.Join(", ", record.Parents));
        }

        Line("Created at", record.CreatedAt?.ToDateTimeOffset().ToString("O") ?? string.Empty);
        Line("Mutable", record.Mutable ? "true" : "false");
        Line("Reclaimable", record.InUse ? "false" : "true");
        Line("Shared", record.Shared ? "true" : "false");
        Line("Size", ByteCount.Format(record.Size));
        Line("Description", record.Description);
        Line("Usage count", record.UsageCount.ToString(CultureInfo.InvariantCulture));
        Line("Type", record.RecordType);
        writer.WriteLine();
    }

    /// <summary>A record as one line of JSON.</summary>
    public static string ToJson(UsageRecord record) => JsonLines.Format(indented: false, json =>
    {
        json.WriteStartObject();
        json.WriteString("ID", record.ID);
        json.WriteBoolean("Mutable", record.Mutable);
        json.WriteBoolean("Reclaimable", !record.InUse);
        json.WriteBoolean("Shared", record.Shared);
        json.WriteNumber("Size", record.Size);
        json.WriteString("Description", record.Description);
        json.WriteString("Type", record.RecordType);
        json.WriteNumber("UsageCount", record.UsageCount);
        json.WriteString("CreatedAt", record.CreatedAt?.ToDateTimeOffset().ToString("O"));
        json.WriteString("LastUsedAt", record.LastUsedAt?.ToDateTimeOffset().ToString("O"));
        json.WriteEndObject();
    });
}
