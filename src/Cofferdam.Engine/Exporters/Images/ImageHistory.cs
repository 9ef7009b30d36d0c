using System.Collections.Immutable;
using System.Globalization;
using Cofferdam.Model;

namespace Cofferdam.Engine;

/// <summary>Makes an image's history agree with its layers (BuildKit exporter/containerimage/writer.go).</summary>
internal static class ImageHistory
{
    private const string ExporterComment = "buildkit.exporter.image.v0";

    /// <summary>Gives each entry its time, and as many entries that are not empty as there are layers. Base entries keep their times.</summary>
    /// <param name="history">The config's history.</param>
    /// <param name="layerTimes">When each layer was made, lowest first; null where that is not known.</param>
    /// <param name="epoch">No time is later than this; null leaves them.</param>
    public static ImmutableArray<HistoryEntry> Normalize(IReadOnlyList<HistoryEntry> history, ImmutableArray<DateTimeOffset?> layerTimes, DateTimeOffset? epoch)
    {
        var entries = ImmutableArray.CreateBuilder<HistoryEntry>(history.Count);
        var layer = 0;
        foreach (var entry in history)
        {
            var isEmpty = entry.EmptyLayer == true || layer >= layerTimes.Length;
            var time = isEmpty ? null : layerTimes[layer++];
            entries.Add(entry with
            {
                EmptyLayer = isEmpty ? true : null,
                Created = entry.Created is null && time is { } known ? Format(known, epoch) : Clamp(entry.Created, epoch),
            });
        }

        for (; layer < layerTimes.Length; layer++)
        {
            entries.Add(new HistoryEntry { Created = layerTimes[layer] is { } time ? Format(time, epoch) : null, Comment = ExporterComment });
        }

        // An entry without a layer takes the time of the one after it that has one, the last ones that of the one before.
        string? next = null;
        for (var i = entries.Count - 1; i >= 0; i--)
        {
            entries[i] = entries[i].Created is null && next is not null ? entries[i] with { Created = next } : entries[i];
            next = entries[i].Created ?? next;
        }

        string? last = null;
        for (var i = 0; i < entries.Count; i++)
        {
            entries[i] = entries[i].Created is null && last is not null ? entries[i] with { Created = last } : entries[i];
            last = entries[i].Created ?? last;
        }

        return entries.ToImmutable();
    }

    /// <summary>A time as Go's RFC 3339 with nanoseconds writes it, not later than <paramref name="epoch"/>.</summary>
    public static string Format(DateTimeOffset time, DateTimeOffset? epoch)
    {
        var clamped = epoch is { } limit && time > limit ? limit : time;
        return clamped.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'", CultureInfo.InvariantCulture);
    }

    private static string? Clamp(string? time, DateTimeOffset? epoch) =>
        epoch is { } limit && DateTimeOffset.TryParse(time, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var parsed) && parsed > limit
            ? Format(limit, null)
            : time;
}
