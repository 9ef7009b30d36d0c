using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using Cofferdam.Secrets.Encodings;
using Cofferdam.Secrets.Search;

namespace Cofferdam.Secrets;

/// <content>The two passes over a block: aligned words, and the words about line breaks.</content>
public sealed partial class SecretScanner
{
    // What both passes read is in the first level cache for the second one.
    private const int PassBytes = 8 * 1024;
    private const int MostBreaks = 4;

    /// <summary>Finds the matches whose anchors begin before <paramref name="to"/>; what they need after it is in the buffer, or the stream has ended.</summary>
    private void Scan(int to)
    {
        if (_table.Count == 0)
        {
            return;
        }

        var view = _table.View();
        var text = new ReadOnlySpan<byte>(_buffer, 0, _filled);
        for (; _scanned < to && !IsSaturated; _scanned = Math.Min(to, _scanned + PassBytes))
        {
            var end = Math.Min(to, _scanned + PassBytes);
            for (var at = view.NextCandidate(text, _scanned, end); at < end; at = view.NextCandidate(text, at + 4, end))
            {
                Verify(view, text, at, BinaryPrimitives.ReadUInt32LittleEndian(text[at..]));
            }

            ScanBreaks(view, text, _scanned, end);
        }
    }

    /// <summary>A word of an anchor that a line break parts is put together and looked up; three words cross each break.</summary>
    private void ScanBreaks(in PatternView view, ReadOnlySpan<byte> text, int from, int to)
    {
        from = Math.Max(from, 1);
        if (Avx2.IsSupported)
        {
            for (; from + Vector256<byte>.Count < to; from += Vector256<byte>.Count)
            {
                for (var hits = view.BreakMarks.Find(text, from); hits != 0; hits &= hits - 1)
                {
                    ScanMark(view, text, from + BitOperations.TrailingZeroCount(hits));
                }
            }
        }

        while (from < to && text[from..to].IndexOfAny((byte)'\n', (byte)'\\') is >= 0 and var at)
        {
            ScanMark(view, text, from + at);
            from += at + 1;
        }
    }

    private void ScanMark(in PatternView view, ReadOnlySpan<byte> text, int at)
    {
        if (text[at] == '\n')
        {
            ScanNewline(view, text, at);
        }
        else if (at + 1 < text.Length && text[at + 1] == 'n')
        {
            var start = at >= 2 && text[at - 2] == '\\' && text[at - 1] == 'r' ? at - 2 : at;
            ScanBreak(view, text, start, at + 2, view.LineNeighbours);
        }
    }

    private void ScanNewline(in PatternView view, ReadOnlySpan<byte> text, int at)
    {
        var start = at > 0 && text[at - 1] == '\r' ? at - 1 : at;
        if (start == 0)
        {
            return;
        }

        var last = text[start - 1];
        if (last == '=')
        {
            ScanBreak(view, text, start - 1, at + 1, view.SoftNeighbours);
        }

        if (last != '\\' && !view.LineNeighbours[last])
        {
            return;
        }

        var end = at + 1;
        for (var i = 0; i < MostBreaks; i++)
        {
            end = AfterIndentation(text, end);
            var more = BreakText.After(text, end, LineBreaks.Newline);
            if (more == 0)
            {
                break;
            }

            end += more;
        }

        ScanBreak(view, text, start, end, view.LineNeighbours);
        if (last == '\\')
        {
            ScanBreak(view, text, start - 1, end, view.LineNeighbours);
        }
    }

    private void ScanBreak(in PatternView view, ReadOnlySpan<byte> text, int start, int end, ReadOnlySpan<bool> neighbours)
    {
        if (start == 0 || end >= text.Length || !neighbours[text[start - 1]] || !neighbours[text[end]])
        {
            return;
        }

        // Three bytes before the break and three after it; at the ends of a stream there may be fewer.
        var joined = 0ul;
        if (start >= 4 && end + 4 <= text.Length)
        {
            joined = (BinaryPrimitives.ReadUInt32LittleEndian(text[(start - 4)..]) >> 8) | ((ulong)BinaryPrimitives.ReadUInt32LittleEndian(text[end..]) << 24);
        }
        else
        {
            for (var i = 1; i <= 3; i++)
            {
                joined |= (start >= i ? (ulong)text[start - i] << (8 * (3 - i)) : 0) | (end + i <= text.Length ? (ulong)text[end + i - 1] << (8 * (2 + i)) : 0);
            }
        }

        for (var before = 1; before <= 3; before++)
        {
            var word = (uint)(joined >> (8 * (3 - before)));
            if (view.MayBegin(word) && start >= before && end + 4 - before <= text.Length)
            {
                Verify(view, text, start - before, word);
            }
        }
    }

    private static int AfterIndentation(ReadOnlySpan<byte> text, int position)
    {
        var most = Math.Min(text.Length, position + BreakText.MostIndentation);
        while (position < most && text[position] is (byte)' ' or (byte)'\t')
        {
            position++;
        }

        return position;
    }

    private void Verify(in PatternView view, ReadOnlySpan<byte> text, int at, uint word)
    {
        for (var posting = view.FirstPosting(word); posting >= 0;)
        {
            ref readonly var entry = ref view.Postings[posting];
            ref readonly var pattern = ref view.Patterns[entry.Pattern];
            if (PatternMatch.Try(text, at, pattern, view.Bytes.Slice(pattern.Start, pattern.Length), entry.Offset, out var start, out var length))
            {
                var found = new FoundPattern(entry.Pattern, _base + start, length);
                if (!IsSaturated && !_found.Contains(found))
                {
                    _found.Add(found);
                }
            }

            posting = entry.Next;
        }
    }
}
