using Cofferdam.Secrets.Forms;

namespace Cofferdam.Secrets.Policy;

/// <summary>Of a long value a few runs are searched: one that is found is proof enough, and a stream that holds the value holds all of them.</summary>
internal static class LongValue
{
    /// <summary>Longer values are searched by runs.</summary>
    internal const int MostBytes = 512;

    /// <summary>Bytes of a run.</summary>
    internal const int RunBytes = 256;

    private const int MostRuns = 4;

    /// <summary>Where the runs of a value begin. In a text of a known format each has a credential in it, for the rest may be in other files.</summary>
    internal static List<int> Runs(ReadOnlySpan<byte> value, PartList parts, bool isWhole)
    {
        var runs = new List<int>();
        if (isWhole && parts.IsStructured)
        {
            foreach (var part in parts.Parts)
            {
                var at = part.Role is PartRole.Credential or PartRole.Pair && part.Bytes.Length <= RunBytes / 2 ? value.IndexOf(parts[part]) : -1;
                if (at >= 0 && runs.Count < MostRuns)
                {
                    AddRun(value, Math.Clamp(at + (part.Bytes.Length / 2) - (RunBytes / 2), 0, value.Length - RunBytes), runs);
                }
            }

            return runs;
        }

        for (var i = 0; i < MostRuns; i++)
        {
            AddRun(value, (int)((long)(value.Length - RunBytes) * i / (MostRuns - 1)), runs);
        }

        return runs;
    }

    private static void AddRun(ReadOnlySpan<byte> value, int start, List<int> runs)
    {
        // Padding of zeroes, or one of the many empty regions of a key store, says nothing.
        if (!runs.Contains(start) && Characteristic.Bits(value.Slice(start, RunBytes)) >= RunBytes)
        {
            runs.Add(start);
        }
    }
}
