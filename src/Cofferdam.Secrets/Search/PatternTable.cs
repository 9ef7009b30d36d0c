using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Cofferdam.Secrets.Memory;

namespace Cofferdam.Secrets.Search;

/// <summary>All patterns, a filter of the words that may begin one, and a table from these words to the patterns. Read only; freed when its last user lets go.</summary>
internal sealed class PatternTable
{
    // Bits of the filter for each word in it: 1 of 32 words of random data passes. No larger than half of a usual second level cache.
    private const int BitsPerWord = 32;
    private const int LeastFilterBits = 1 << 13;
    private const int MostFilterBits = 1 << 22;
    private const uint FilterFactor = 0x9e3779b1;
    private const uint SlotFactor = 0x85ebca6b;

    private readonly SearchPattern[] _patterns;
    private readonly SecretBuffer _bytes;
    private readonly SecretBuffer _filter;
    private readonly SecretBuffer _slotWords;
    private readonly int[] _slotFirst;
    private readonly AnchorPosting[] _postings;
    private readonly int _filterShift;
    private readonly int _slotShift;
    private int _users = 1;

    internal PatternTable(SearchPattern[] patterns, ReadOnlySpan<byte> bytes)
    {
        _patterns = patterns;
        _bytes = new SecretBuffer(bytes.Length);
        bytes.CopyTo(_bytes.Span);
        var words = Math.Max(1, patterns.Length * AnchorChoice.Words);
        var filterBits = Math.Clamp((int)BitOperations.RoundUpToPowerOf2((uint)words * BitsPerWord), LeastFilterBits, MostFilterBits);
        var slots = (int)BitOperations.RoundUpToPowerOf2((uint)words * 2);
        _filterShift = 32 - BitOperations.Log2((uint)filterBits);
        _slotShift = 32 - BitOperations.Log2((uint)slots);
        _filter = new SecretBuffer(filterBits / 8);
        _slotWords = new SecretBuffer(slots * sizeof(uint));
        _slotFirst = new int[slots];
        _slotFirst.AsSpan().Fill(-1);
        _postings = new AnchorPosting[words];
        Fill();
        MostExtent = patterns.Length == 0 ? 0 : patterns.Max(pattern => pattern.MostExtent);
    }

    internal int Count => _patterns.Length;

    /// <summary>The most bytes that a match of any pattern takes.</summary>
    internal int MostExtent { get; }

    internal SearchPattern this[int index] => _patterns[index];

    internal ReadOnlySpan<byte> Bytes(in SearchPattern pattern) => _bytes.Span.Slice(pattern.Start, pattern.Length);

    /// <summary>One more user, who calls <see cref="Release"/>.</summary>
    internal void Lease()
    {
        // Never from none to one: what was freed stays so.
        for (var users = Volatile.Read(ref _users); ; users = Volatile.Read(ref _users))
        {
            ObjectDisposedException.ThrowIf(users == 0, typeof(SecretSearch));
            if (Interlocked.CompareExchange(ref _users, users + 1, users) == users)
            {
                return;
            }
        }
    }

    internal void Release()
    {
        if (Interlocked.Decrement(ref _users) == 0)
        {
            _bytes.Dispose();
            _filter.Dispose();
            _slotWords.Dispose();
        }
    }

    /// <summary>The first position from <paramref name="from"/>, in steps of four, whose word may begin a pattern; <paramref name="to"/> or beyond when none does.</summary>
    internal int NextCandidate(ReadOnlySpan<byte> text, int from, int to)
    {
        ref var filter = ref MemoryMarshal.GetReference(MemoryMarshal.Cast<byte, uint>(_filter.Span));
        ref var first = ref MemoryMarshal.GetReference(text[..to]);
        var shift = _filterShift;
        var position = from;
        for (; position + 32 <= to; position += 32)
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
        var hash = (word * FilterFactor) >> _filterShift;
        return ((MemoryMarshal.Cast<byte, uint>(_filter.Span)[(int)(hash >> 5)] >> (int)(hash & 31)) & 1) != 0;
    }

    /// <summary>The first posting of a word, or -1.</summary>
    internal int FirstPosting(uint word)
    {
        var words = MemoryMarshal.Cast<byte, uint>(_slotWords.Span);
        for (var slot = (int)((word * SlotFactor) >> _slotShift); _slotFirst[slot] >= 0; slot = (slot + 1) & (_slotFirst.Length - 1))
        {
            if (words[slot] == word)
            {
                return _slotFirst[slot];
            }
        }

        return -1;
    }

    internal ref readonly AnchorPosting Posting(int index) => ref _postings[index];

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint Test(ref byte text, int offset, ref uint filter, int shift)
    {
        var hash = (Unsafe.ReadUnaligned<uint>(ref Unsafe.Add(ref text, offset)) * FilterFactor) >> shift;
        return Unsafe.Add(ref filter, hash >> 5) >> (int)(hash & 31);
    }

    private void Fill()
    {
        var choice = new AnchorChoice();
        var words = MemoryMarshal.Cast<byte, uint>(_slotWords.Span);
        var filter = MemoryMarshal.Cast<byte, uint>(_filter.Span);
        var next = 0;
        for (var index = 0; index < _patterns.Length; index++)
        {
            var pattern = Bytes(_patterns[index]);
            var anchor = choice.Choose(pattern);
            for (var offset = anchor; offset < anchor + AnchorChoice.Words; offset++)
            {
                var word = BinaryPrimitives.ReadUInt32LittleEndian(pattern[offset..]);
                var hash = (word * FilterFactor) >> _filterShift;
                filter[(int)(hash >> 5)] |= 1u << (int)(hash & 31);
                var slot = (int)((word * SlotFactor) >> _slotShift);
                while (_slotFirst[slot] >= 0 && words[slot] != word)
                {
                    slot = (slot + 1) & (_slotFirst.Length - 1);
                }

                words[slot] = word;
                _postings[next] = new AnchorPosting(index, offset, _slotFirst[slot]);
                _slotFirst[slot] = next++;
            }
        }
    }
}
