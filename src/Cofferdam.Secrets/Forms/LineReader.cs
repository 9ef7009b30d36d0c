namespace Cofferdam.Secrets.Forms;

/// <summary>Each line of a text of several, when no other reader knew its format.</summary>
internal sealed class LineReader : IFormReader
{
    // In a longer text lines with spaces are prose or program, and may be in other files too.
    private const int FewLines = 8;

    public string Name => "lines";

    public void Read(ReadOnlySpan<byte> text, PartList parts)
    {
        if (parts.IsStructured)
        {
            return;
        }

        var lines = text.Count((byte)'\n');
        while (!text.IsEmpty)
        {
            var line = Ascii.Trim(Ascii.TakeLine(ref text));
            if (lines <= FewLines || line.IndexOfAny(" \t"u8) < 0)
            {
                parts.Add("line", PartRole.Line, line);
            }
        }
    }
}
