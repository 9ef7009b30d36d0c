using System.Text;

namespace Cofferdam.Dockerfile;

/// <summary>A Dockerfile's name and text, for errors that point into it.</summary>
internal sealed class SourceText(string fileName, ReadOnlyMemory<byte> bytes)
{
    public string FileName { get; } = fileName;

    public ReadOnlyMemory<byte> Bytes { get; } = bytes;

    /// <summary>The text without a byte order mark.</summary>
    public string Text { get; } = Encoding.UTF8.GetString(bytes.Span).TrimStart('\uFEFF');

    public SourceLocation At(params IEnumerable<LineRange> lines) => new(FileName, Bytes, [.. lines]);

    /// <summary>The same error with the lines it is about; one that names lines already stays as it is.</summary>
    public CofferdamException Locate(CofferdamException error, LineRange lines) => error.Location is not null || lines.Start <= 0
        ? error
        : new CofferdamException(error.Code, error.Message, error) { Hint = error.Hint, Location = At(lines) };
}
