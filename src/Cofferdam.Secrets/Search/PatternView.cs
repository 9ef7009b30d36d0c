using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Cofferdam.Secrets.Search;

/// <summary>A <see cref="PatternTable"/> as a scan sees it: the filter, the table of words, the patterns.</summary>
internal readonly ref struct PatternView
{
    internal const uint FilterFactor = 0x9e3779b1;
    internal const uint SlotFactor = 0x85ebca6b;

    // Bits of the hash below those that choose the entry of the filter.
    private const int FirstBit = 10;
    private const int SecondBit = 5;

    // Words looked at together: one branch for eight.
    private const int GroupBytes = 32;

    internal required ReadOnlySpan<uint> Filter { get; init; }

    internal required int FilterShift { get; init; }

    internal required ReadOnlySpan<uint> SlotWords { get; init; }

    internal required ReadOnlySpan<int> SlotFirst { get; init; }

    internal required int SlotShift { get; init; }

    internal required ReadOnlySpan<AnchorPosting> Postings { get; init; }

    internal required ReadOnlySpan<SearchPattern> Patterns { get; init; }

    internal required ReadOnlySpan<byte> Bytes { get; init; }

    /// <summary>The bytes that may stand before and after a line break within an anchor, and those for a soft one.</summary>
    internal required ReadOnlySpan<bool> LineNeighbours { get; init; }

    internal required ReadOnlySpan<bool> SoftNeighbours { get; init; }

    internal required BreakMarks BreakMarks { get; init; }

    /// <summary>The first position from <paramref name="from"/>, in steps of four, whose word may begin a pattern; <paramref name="to"/> when none does.</summary>
    internal int NextCandidate(ReadOnlySpan<byte> text, int from, int to)
    {
        ref var filter = ref MemoryMarshal.GetReference(Filter);
        ref var first = ref MemoryMarshal.GetReference(text[..to]);
        var shift = FilterShift;
        var position = from;
        for (; position + GroupBytes <= to; position += GroupBytes)
        {
            ref var words = ref Unsafe.Add(ref first, position);
            var any = Test(ref words, 0, ref filter, shift) | Test(ref words, 4, ref filter, shift) | Test(ref words, 8, ref filter, shift) | Test(ref words, 12, ref filter, shift)
                | Test(ref words, 16, ref filter, shift) | Test(ref words, 20, ref filter, shift) | Test(ref words, 24, ref filter, shift) | Test(ref words, 28, ref filter, shift);
            if ((any & 1) != 0)
            {
                break;
            }
        }

        for (; position + 4 <= to; position += 4)
        {
            if ((Test(ref first, position, ref filter, shift) & 1) != 0)
            {
                return position;
            }
        }

        return to;
    }

    /// <summary>Whether a word may begin a pattern.</summary>
    internal bool MayBegin(uint word)
    {
        var hash = word * FilterFactor;
        var mask = FilterMask(hash);
        return (Filter[(int)(hash >> FilterShift)] & mask) == mask;
    }

    /// <summary>The first posting of a word, or -1.</summary>
    internal int FirstPosting(uint word)
    {
        for (var slot = (int)((word * SlotFactor) >> SlotShift); SlotFirst[slot] >= 0; slot = (slot + 1) & (SlotFirst.Length - 1))
        {
            if (SlotWords[slot] == word)
            {
                return SlotFirst[slot];
            }
        }

        return -1;
    }

    /// <summary>The two bits of a word in its entry of the filter, by the word's hash.</summary>
    internal static uint FilterMask(uint hash) => (1u << (int)(hash >> FirstBit)) | (1u << (int)(hash >> SecondBit));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint Test(ref byte text, int offset, ref uint filter, int shift)
    {
        var hash = Unsafe.ReadUnaligned<uint>(ref Unsafe.Add(ref text, offset)) * FilterFactor;
        var bits = Unsafe.Add(ref filter, hash >> shift);

        // A shift takes its count modulo 32.
        return (bits >> (int)(hash >> FirstBit)) & (bits >> (int)(hash >> SecondBit));
    }
}
