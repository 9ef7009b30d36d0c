using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;
using Cofferdam.Secrets.Encodings;
using Cofferdam.Secrets.Memory;

namespace Cofferdam.Secrets.Search;

/// <summary>All patterns, a filter of the words that may begin one, and a table from these words to the patterns. Read only; freed when its last user lets go.</summary>
internal sealed class PatternTable : IDisposable
{
    // Bits of the filter for each word in it, which sets two: 1 of 250 words of random data passes. No larger than half of a usual second level cache.
    private const int BitsPerWord = 32;
    private const int LeastFilterBits = 1 << 16;
    private const int MostFilterBits = 1 << 22;

    private readonly SearchPattern[] _patterns;
    private readonly SecretBuffer _bytes;
    private readonly SecretBuffer _filter;
    private readonly SecretBuffer _slotWords;
    private readonly int[] _slotFirst;
    private readonly AnchorPosting[] _postings;
    private readonly bool[] _lineNeighbours = new bool[256];
    private readonly bool[] _softNeighbours = new bool[256];
    private readonly BreakMarks _breakMarks;
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
        _filterShift = 32 - BitOperations.Log2((uint)filterBits / 32);
        _slotShift = 32 - BitOperations.Log2((uint)slots);
        _filter = new SecretBuffer(filterBits / 8);
        _slotWords = new SecretBuffer(slots * sizeof(uint));
        _slotFirst = new int[slots];
        _slotFirst.AsSpan().Fill(-1);
        _postings = new AnchorPosting[words];
        Fill();
        _breakMarks = new BreakMarks(_lineNeighbours);
        MostExtent = patterns.Length == 0 ? 0 : patterns.Max(pattern => pattern.MostExtent);
    }

    internal int Count => _patterns.Length;

    /// <summary>The most bytes that a match of any pattern takes.</summary>
    internal int MostExtent { get; }

    internal ref readonly SearchPattern this[int index] => ref _patterns[index];

    /// <summary>One more user, who calls <see cref="Dispose"/>.</summary>
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

    /// <summary>One user less.</summary>
    public void Dispose()
    {
        if (Interlocked.Decrement(ref _users) == 0)
        {
            _bytes.Dispose();
            _filter.Dispose();
            _slotWords.Dispose();
        }
    }

    /// <summary>What a scan reads, for the time of one call.</summary>
    internal PatternView View() => new()
    {
        Filter = MemoryMarshal.Cast<byte, uint>(_filter.Span),
        FilterShift = _filterShift,
        SlotWords = MemoryMarshal.Cast<byte, uint>(_slotWords.Span),
        SlotFirst = _slotFirst,
        SlotShift = _slotShift,
        Postings = _postings,
        Patterns = _patterns,
        Bytes = _bytes.Span,
        LineNeighbours = _lineNeighbours,
        SoftNeighbours = _softNeighbours,
        BreakMarks = _breakMarks,
    };

    private void Fill()
    {
        var choice = new AnchorChoice();
        var words = MemoryMarshal.Cast<byte, uint>(_slotWords.Span);
        var filter = MemoryMarshal.Cast<byte, uint>(_filter.Span);
        var next = 0;
        for (var index = 0; index < _patterns.Length; index++)
        {
            var pattern = _bytes.Span.Slice(_patterns[index].Start, _patterns[index].Length);
            var anchor = choice.Choose(pattern);
            for (var offset = anchor; offset < anchor + AnchorChoice.Words; offset++)
            {
                if (_patterns[index].Breaks != LineBreaks.None)
                {
                    MarkNeighbours(pattern.Slice(offset, 4), _patterns[index].Breaks);
                }

                var word = BinaryPrimitives.ReadUInt32LittleEndian(pattern[offset..]);
                var hash = word * PatternView.FilterFactor;
                filter[(int)(hash >> _filterShift)] |= PatternView.FilterMask(hash);
                var slot = (int)((word * PatternView.SlotFactor) >> _slotShift);
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

    private void MarkNeighbours(ReadOnlySpan<byte> word, LineBreaks breaks)
    {
        foreach (var one in word)
        {
            (breaks == LineBreaks.Soft ? _softNeighbours : _lineNeighbours)[one] = true;
        }
    }
}
