using System.Buffers.Binary;
using Cofferdam.Secrets.Search;

namespace Cofferdam.Secrets;

/// <content>The two passes over a block: aligned words, and the words about line breaks.</content>
public sealed partial class SecretScanner
{
    private const int MostBreaks = 4;

    /// <summary>Finds the matches whose anchors begin before <paramref name="to"/>; what they need after it is in the buffer, or the stream has ended.</summary>
    private void Scan(int to)
    {
        if (_table.Count == 0)
        {
            return;
        }

        var text = _buffer.AsSpan(0, _filled);
        for (var at = _table.NextCandidate(text, _scanned, to); at < to; at = _table.NextCandidate(text, at + 4, to))
        {
            Verify(text, at, BinaryPrimitives.ReadUInt32LittleEndian(text[at..]));
        }

        ScanBreaks(text, _scanned, to);
        _scanned = Math.Max(_scanned, to);
    }

    /// <summary>A word of an anchor that a line break parts is put together and looked up; three words cross each break.</summary>
    private void ScanBreaks(ReadOnlySpan<byte> text, int from, int to)
    {
        while (from < to)
        {
            var at = text[from..to].IndexOfAny((byte)'\n', (byte)'\\');
            if (at < 0)
            {
                return;
            }

            at += from;
            from = at + 1;
            if (text[at] == '\n')
            {
                ScanNewline(text, at);
            }
            else if (from < text.Length && text[from] == 'n')
            {
                var start = at >= 2 && text[at - 2] == '\\' && text[at - 1] == 'r' ? at - 2 : at;
                ScanBreak(text, start, at + 2);
            }
        }
    }

    private void ScanNewline(ReadOnlySpan<byte> text, int at)
    {
        var start = at > 0 && text[at - 1] == '\r' ? at - 1 : at;
        if (start > 0 && text[start - 1] is (byte)'=')
        {
            ScanBreak(text, start - 1, at + 1);
        }

        var end = at + 1;
        for (var i = 0; i < MostBreaks; i++)
        {
            var indentation = Indentation(text, end);
            end += indentation;
            var more = BreakText.After(text, end, Encodings.LineBreaks.Newline);
            if (more == 0)
            {
                break;
            }

            end += more;
        }

        ScanBreak(text, start, end);
        if (start > 0 && text[start - 1] is (byte)'\\')
        {
            ScanBreak(text, start - 1, end);
        }
    }

    private void ScanBreak(ReadOnlySpan<byte> text, int start, int end)
    {
        for (var before = 1; before <= 3; before++)
        {
            if (start < before || end + 4 - before > text.Length)
            {
                continue;
            }

            var word = 0u;
            for (var i = 0; i < 4; i++)
            {
                word |= (uint)text[i < before ? start - before + i : end + i - before] << (8 * i);
            }

            if (_table.MayBegin(word))
            {
                Verify(text, start - before, word);
            }
        }
    }

    private static int Indentation(ReadOnlySpan<byte> text, int position)
    {
        var end = position;
        while (end < text.Length && end - position < BreakText.MostIndentation && text[end] is (byte)' ' or (byte)'\t')
        {
            end++;
        }

        return end - position;
    }

    private void Verify(ReadOnlySpan<byte> text, int at, uint word)
    {
        for (var posting = _table.FirstPosting(word); posting >= 0; posting = _table.Posting(posting).Next)
        {
            ref readonly var entry = ref _table.Posting(posting);
            var pattern = _table[entry.Pattern];
            if (PatternMatch.Try(text, at, pattern, _table.Bytes(pattern), entry.Offset, out var start, out var length))
            {
                var found = new FoundPattern(entry.Pattern, _base + start, length);
                if (!IsSaturated && !_found.Contains(found))
                {
                    _found.Add(found);
                }
            }
        }
    }
}
