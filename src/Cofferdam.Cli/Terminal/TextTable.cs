namespace Cofferdam.Cli.Terminal;

/// <summary>Columns aligned as Docker's are: three spaces apart, nothing after the last.</summary>
internal sealed class TextTable(params string[] titles)
{
    private const int Gap = 3;
    private readonly List<string[]> _rows = [titles];

    /// <summary>Adds a row with as many cells as there are titles.</summary>
    public void Add(params string[] cells) => _rows.Add(cells);

    /// <summary>Writes the table.</summary>
    public void Write(TextWriter writer)
    {
        var widths = Enumerable.Range(0, titles.Length).Select(column => _rows.Max(row => row[column].Length)).ToArray();
        foreach (var row in _rows)
        {
            var cells = row.Select((cell, column) => column == row.Length - 1 ? cell : cell.PadRight(widths[column] + Gap));
            writer.WriteLine(string.Concat(cells).TrimEnd());
        }
    }
}
