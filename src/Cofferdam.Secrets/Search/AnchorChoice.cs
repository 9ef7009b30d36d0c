using System.Buffers.Binary;
using Cofferdam.Secrets.Forms;
using Cofferdam.Secrets.Policy;

namespace Cofferdam.Secrets.Search;

/// <summary>Chooses for each pattern the seven bytes by which it is noticed: rare in what builds produce, and not those of other patterns.</summary>
/// <remarks>Seven bytes hold a whole aligned word of four wherever they lie, so that a stream is looked at by aligned words only.</remarks>
internal sealed class AnchorChoice
{
    /// <summary>Words in an anchor, one for each alignment.</summary>
    internal const int Words = 4;

    private const int MostTried = 96;
    private const int MostShared = 1000;
    private const int RepeatedCost = 60;
    private const int WordCost = 25;

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
            cost += Math.Min((int)_uses[Slot(anchor[i..])], MostShared);
            cost += IsOfWords(anchor.Slice(i, 4)) ? WordCost : 0;
            cost += word == (word & 0xff) * 0x01010101u ? RepeatedCost : 0;
        }

        return cost;
    }

    /// <summary>Four bytes as texts have them: lower case letters, the first maybe upper, or a space.</summary>
    private static bool IsOfWords(ReadOnlySpan<byte> word)
    {
        for (var i = 0; i < word.Length; i++)
        {
            if (!Ascii.IsLower(word[i]) && word[i] != ' ' && !(i == 0 && Ascii.IsUpper(word[i])))
            {
                return false;
            }
        }

        return true;
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
