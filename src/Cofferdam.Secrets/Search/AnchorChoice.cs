using System.Buffers.Binary;
using Cofferdam.Secrets.Policy;

namespace Cofferdam.Secrets.Search;

/// <summary>Chooses for each pattern the seven bytes by which it is noticed: rare in what builds produce, and not those of other patterns.</summary>
/// <remarks>Seven bytes hold a whole aligned word of four wherever they lie, so that a stream is looked at by aligned words only.</remarks>
internal sealed class AnchorChoice
{
    /// <summary>Words in an anchor, one for each alignment.</summary>
    internal const int Words = 4;

    private const int MostTried = 96;
    private const int SharedCost = 12;
    private const int RepeatedCost = 60;

    private readonly ushort[] _uses = new ushort[1 << 16];

    /// <summary>Where the anchor of a pattern begins.</summary>
    internal int Choose(ReadOnlySpan<byte> pattern)
    {
        var best = 0;
        var least = int.MaxValue;
        for (var start = 0; start + SearchPolicy.LeastBytes <= pattern.Length && start < MostTried; start++)
        {
            var cost = Cost(pattern.Slice(start, SearchPolicy.LeastBytes));
            if (cost < least)
            {
                least = cost;
                best = start;
            }
        }

        for (var i = 0; i < Words; i++)
        {
            ref var uses = ref _uses[Slot(pattern[(best + i)..])];
            uses += (ushort)(uses < ushort.MaxValue ? 1 : 0);
        }

        return best;
    }

    private int Cost(ReadOnlySpan<byte> anchor)
    {
        var cost = 0;
        foreach (var one in anchor)
        {
            cost += Commonness(one);
        }

        for (var i = 0; i < Words; i++)
        {
            var word = BinaryPrimitives.ReadUInt32LittleEndian(anchor[i..]);
            cost += Math.Min(_uses[Slot(anchor[i..])], (ushort)1000) * SharedCost;
            cost += word == (word & 0xff) * 0x01010101u ? RepeatedCost : 0;
        }

        return cost;
    }

    private static int Slot(ReadOnlySpan<byte> word) => (int)((BinaryPrimitives.ReadUInt32LittleEndian(word) * 0x85ebca6bu) >> 16);

    private static int Commonness(byte value) => value switch
    {
        0 => 14,
        (byte)' ' => 11,
        (byte)'e' or (byte)'t' or (byte)'a' or (byte)'o' or (byte)'i' or (byte)'n' or (byte)'s' or (byte)'r' => 8,
        (byte)'\n' or 0xff => 8,
        >= (byte)'a' and <= (byte)'z' => 6,
        (byte)'.' or (byte)'/' or (byte)'-' or (byte)'_' or (byte)'"' or (byte)'=' or (byte)':' or (byte)'%' or (byte)'\\' => 6,
        (byte)'0' or (byte)'1' => 5,
        >= (byte)'2' and <= (byte)'9' or >= (byte)'A' and <= (byte)'Z' => 3,
        _ => 2,
    };
}
