using System.Globalization;
using System.Text;
using Cofferdam.Protocol.Control;

namespace Cofferdam.Cli.Progress;

/// <summary>Draws frames over each other, each in one write. The cursor is hidden meanwhile.</summary>
internal sealed class TerminalRenderer(TextWriter writer, Func<(int Rows, int Columns)> size, bool colors) : IProgressRenderer
{
    // Terminals that know synchronised output (mode 2026) show a frame only when it is whole; others ignore this.
    private const string BeginFrame = "\e[?2026h";
    private const string EndFrame = "\e[?2026l";
    private const string HideCursor = "\e[?25l";
    private const string ShowCursor = "\e[?25h";

    // A frame each time a message comes would be more than an eye sees.
    private static readonly TimeSpan FrameTime = TimeSpan.FromMilliseconds(80);

    private readonly TerminalFrame _frame = new(colors);
    private IReadOnlyList<FrameLine> _last = [];
    private DateTimeOffset? _lastDrawn;

    /// <inheritdoc/>
    public bool NeedsTicks => true;

    /// <inheritdoc/>
    public void Update(ProgressModel model, StatusResponse? message, DateTimeOffset now)
    {
        if (model.Started is null || (_lastDrawn is { } drawn && now - drawn < FrameTime))
        {
            return;
        }

        var (rows, columns) = size();
        Draw(_frame.Draw(model, now, rows, columns, finished: false, succeeded: false), columns, last: false);
        _lastDrawn = now;
    }

    /// <inheritdoc/>
    public void Finish(ProgressModel model, bool succeeded, DateTimeOffset now)
    {
        if (model.Started is not null)
        {
            var (_, columns) = size();
            Draw(_frame.Draw(model, now, rows: 0, columns, finished: true, succeeded), columns, last: true);
        }
    }

    private void Draw(IReadOnlyList<FrameLine> lines, int columns, bool last)
    {
        var text = new StringBuilder(BeginFrame);
        if (_lastDrawn is null)
        {
            text.Append(HideCursor);
        }

        // After the terminal became narrower, what was one line is several.
        var up = _last.Sum(line => Math.Max(1, (ProgressText.Width(line.Text) + columns - 1) / columns));
        if (up > 0)
        {
            text.Append(CultureInfo.InvariantCulture, $"\e[{up}A\r");
        }

        foreach (var line in lines)
        {
            text.Append(line.Color is null ? line.Text : $"\e[{line.Color}m{line.Text}\e[0m").Append("\e[K\n");
        }

        text.Append("\e[J");
        if (last)
        {
            text.Append(ShowCursor);
        }

        writer.Write(text.Append(EndFrame).ToString());
        _last = lines;
    }
}
