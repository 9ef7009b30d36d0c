using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Cofferdam.Secrets.Search;

/// <summary>Finds line breaks that may be within an anchor, 32 bytes at a time: the byte before must be one that an anchor has.</summary>
/// <remarks>A set of bytes is two tables of 16: one by the low half of a byte, a bit for each high half; one by the high half, that bit (Langdale and Lemire).
/// Bytes from 128 on count as of the set. AVX2 only; without it each break is looked at.</remarks>
internal readonly struct BreakMarks
{
    private readonly Vector256<byte> _byLow;
    private readonly Vector256<byte> _byHigh;

    internal BreakMarks(ReadOnlySpan<bool> neighbours)
    {
        Span<byte> low = stackalloc byte[Vector256<byte>.Count];
        Span<byte> high = stackalloc byte[Vector256<byte>.Count];
        low.Clear();
        for (var one = 0; one < 128; one++)
        {
            // What may stand between an anchor and the line feed.
            if (neighbours[one] || one is '\r' or '\\' or '=')
            {
                low[one & 15] |= (byte)(1 << (one >> 4));
                low[16 + (one & 15)] |= (byte)(1 << (one >> 4));
            }
        }

        for (var half = 0; half < 32; half++)
        {
            high[half] = (byte)((half & 15) < 8 ? 1 << (half & 15) : 0xff);
        }

        _byLow = Vector256.Create<byte>(low);
        _byHigh = Vector256.Create<byte>(high);
    }

    /// <summary>The bits of the line feeds and of the escapes <c>\n</c> at 32 positions; the bytes before and after these must be there.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal uint Find(ReadOnlySpan<byte> text, int position)
    {
        ref var first = ref MemoryMarshal.GetReference(text.Slice(position - 1, Vector256<byte>.Count + 2));
        var here = Vector256.LoadUnsafe(ref first, 1);
        var before = Vector256.LoadUnsafe(ref first);
        var after = Vector256.LoadUnsafe(ref first, 2);
        var half = Vector256.Create((byte)15);
        var member = Avx2.Shuffle(_byLow, before & half) & Avx2.Shuffle(_byHigh, Vector256.ShiftRightLogical(before.AsUInt16(), 4).AsByte() & half);

        // The low table has no entry for the bytes from 128 on, which are negative.
        var isNeighbour = ~Vector256.Equals(member, Vector256<byte>.Zero) | Vector256.LessThan(before.AsSByte(), Vector256<sbyte>.Zero).AsByte();
        var escapes = Vector256.Equals(here, Vector256.Create((byte)'\\')) & Vector256.Equals(after, Vector256.Create((byte)'n'));
        return ((Vector256.Equals(here, Vector256.Create((byte)'\n')) & isNeighbour) | escapes).ExtractMostSignificantBits();
    }
}
