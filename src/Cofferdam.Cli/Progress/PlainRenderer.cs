using System.Globalization;
using System.Text;
using Cofferdam.Protocol.Control;

namespace Cofferdam.Cli.Progress;

/// <summary>
/// Lines that stay, in BuildKit's form: <c>#5 [2/4] RUN …</c>, <c>#5 0.123 text</c>, <c>#5 DONE 0.3s</c>. One step is shown at a time; another one may
/// interrupt it after a while, and what has ended comes as soon as the current one has.
/// </summary>
internal sealed class PlainRenderer(TextWriter writer) : IProgressRenderer
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    private readonly List<StepState> _waiting = [];
    private readonly Dictionary<StepState, Shown> _shown = [];
    private StepState? _current;
    private DateTimeOffset _currentSince;
    private bool _hasOutput;

    /// <inheritdoc/>
    public bool NeedsTicks => true;

    /// <inheritdoc/>
    public void Update(ProgressModel model, StatusResponse? message, DateTimeOffset now)
    {
        Collect(model);
        var text = new StringBuilder();
        while (Next(now) is { } step)
        {
            _waiting.Remove(step);
            Show(step, text, now);
        }

        Write(text);
    }

    /// <inheritdoc/>
    public void Finish(ProgressModel model, bool succeeded, DateTimeOffset now)
    {
        Collect(model);
        var text = new StringBuilder();
        foreach (var step in _waiting.OrderBy(step => step == _current ? 0 : step.Number))
        {
            step.Log.Flush();
            Show(step, text, now);
        }

        _waiting.Clear();
        Write(text);
    }

    private void Collect(ProgressModel model) =>
        _waiting.AddRange(model.TakeChanged().Where(step => step.Number > 0 && !_waiting.Contains(step)));

    private StepState? Next(DateTimeOffset now)
    {
        if (_current is null)
        {
            return _waiting.Find(step => step.Completed is not null) ?? _waiting.FirstOrDefault();
        }

        if (_waiting.Contains(_current))
        {
            return _current;
        }

        return now - _currentSince < Patience ? null : _waiting.Find(step => step.Completed is not null) ?? _waiting.FirstOrDefault();
    }

    private void Show(StepState step, StringBuilder text, DateTimeOffset now)
    {
        if (_current != step)
        {
            if (_current is not null)
            {
                text.Append(CultureInfo.InvariantCulture, $"#{_current.Number} ...\n");
            }

            text.Append(_hasOutput ? "\n" : string.Empty);
            text.Append(CultureInfo.InvariantCulture, $"#{step.Number} {step.Name}\n");
            (_current, _currentSince, _hasOutput) = (step, now, true);
        }

        var shown = _shown.GetValueOrDefault(step);
        foreach (var transfer in step.Transfers.Where(transfer => transfer.Changed))
        {
            transfer.Changed = false;
            text.Append(CultureInfo.InvariantCulture, $"#{step.Number} {transfer.Describe()}\n");
        }

        foreach (var warning in step.Warnings.Skip(shown.Warnings))
        {
            text.Append(CultureInfo.InvariantCulture, $"#{step.Number} WARN: {warning}\n");
        }

        foreach (var line in step.Log.Lines.Skip(shown.Lines - step.Log.Dropped))
        {
            text.Append(string.Create(CultureInfo.InvariantCulture, $"#{step.Number} {line.Seconds:0.000} {line.Text}").TrimEnd()).Append('\n');
        }

        _shown[step] = new Shown(step.Log.Lines.Count + step.Log.Dropped, step.Warnings.Count);
        if (step.Completed is not null)
        {
            ShowEnd(step, text, now);
        }
    }

    private void ShowEnd(StepState step, StringBuilder text, DateTimeOffset now)
    {
        _current = null;
        var end = step switch
        {
            { IsCanceled: true } => "CANCELED",
            { Error: { } error } => "ERROR: " + error,
            { IsCached: true } => "CACHED",
            _ => "DONE " + ProgressText.Seconds(step.Elapsed(now)),
        };
        text.Append(CultureInfo.InvariantCulture, $"#{step.Number} {end}\n");
    }

    private void Write(StringBuilder text)
    {
        if (text.Length > 0)
        {
            writer.Write(text.ToString());
        }
    }

    private readonly record struct Shown(int Lines, int Warnings);
}
