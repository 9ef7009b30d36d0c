using System.Text;

namespace Cofferdam.Cli.Progress;

/// <summary>The output of a step, cut into lines; of a long one only the end is kept.</summary>
internal sealed class StepLog
{
    // Of a step that failed so much can be shown again.
    private const int KeptLines = 2000;
    private const int LongestLine = 64 * 1024;

    private readonly Decoder _decoder = Encoding.UTF8.GetDecoder();
    private readonly StringBuilder _partial = new();
    private double _partialStart;

    /// <summary>The whole lines, oldest first.</summary>
    public List<LogLine> Lines { get; } = [];

    /// <summary>How many lines were dropped from the start of <see cref="Lines"/>.</summary>
    public int Dropped { get; private set; }

    /// <summary>The last line, of which the end has not come.</summary>
    public string Partial => _partial.ToString();

    /// <summary>The last lines, the unfinished one among them.</summary>
    public IEnumerable<string> Tail(int count)
    {
        var partial = Partial;
        var whole = partial.Length > 0 ? count - 1 : count;
        foreach (var line in Lines.Skip(Math.Max(0, Lines.Count - whole)))
        {
            yield return line.Text;
        }

        if (partial.Length > 0)
        {
            yield return partial;
        }
    }

    /// <summary>Takes a piece of output.</summary>
    public void Append(ReadOnlySpan<byte> data, double seconds)
    {
        var characters = new char[_decoder.GetCharCount(data, flush: false)];
        var length = _decoder.GetChars(data, characters, flush: false);
        var rest = characters.AsSpan(0, length);
        while (!rest.IsEmpty)
        {
            if (_partial.Length == 0)
            {
                _partialStart = seconds;
            }

            var end = rest.IndexOf('\n');
            _partial.Append(end < 0 ? rest : rest[..end]);
            rest = end < 0 ? [] : rest[(end + 1)..];
            if (end >= 0 || _partial.Length > LongestLine)
            {
                Complete();
            }
        }
    }

    /// <summary>Ends the unfinished line, if there is one.</summary>
    public void Flush()
    {
        if (_partial.Length > 0)
        {
            Complete();
        }
    }

    private void Complete()
    {
        Lines.Add(new LogLine(_partialStart, _partial.ToString().TrimEnd('\r')));
        _partial.Clear();
        if (Lines.Count > KeptLines * 2)
        {
            Lines.RemoveRange(0, Lines.Count - KeptLines);
            Dropped += KeptLines + 1;
        }
    }
}
