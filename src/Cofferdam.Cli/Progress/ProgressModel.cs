using System.Text;
using Cofferdam.Protocol.Control;
using Google.Protobuf.WellKnownTypes;

namespace Cofferdam.Cli.Progress;

/// <summary>All that is known of a running build, put together from the daemon's messages. Not thread-safe; knows no terminal and no clock.</summary>
internal sealed class ProgressModel
{
    private readonly Dictionary<string, StepState> _byVertex = [];
    private readonly Dictionary<string, StepState> _byGroup = [];
    private int _lastNumber;

    /// <summary>The steps, in the order they were announced.</summary>
    public List<StepState> Steps { get; } = [];

    /// <summary>The warnings, in the order they came.</summary>
    public List<ProgressWarning> Warnings { get; } = [];

    /// <summary>Steps about which something came since the last call of <see cref="TakeChanged"/>.</summary>
    private List<StepState> Changed { get; set; } = [];

    /// <summary>When the first step began.</summary>
    public DateTimeOffset? Started { get; private set; }

    /// <summary>Steps that have ended.</summary>
    public int CompletedCount => Steps.Count(step => step.Completed is not null);

    /// <summary>The step of a vertex; null when it was never announced.</summary>
    public StepState? StepOf(string? digest) => digest is null ? null : _byVertex.GetValueOrDefault(digest);

    /// <summary>The steps that changed since the last call, in the order they first did.</summary>
    public IReadOnlyList<StepState> TakeChanged()
    {
        var changed = Changed;
        Changed = [];
        return changed;
    }

    /// <summary>Takes one message.</summary>
    public void Apply(StatusResponse message)
    {
        foreach (var vertex in message.Vertexes)
        {
            Apply(vertex);
        }

        foreach (var status in message.Statuses)
        {
            Apply(status);
        }

        foreach (var log in message.Logs)
        {
            if (StepOf(log.Vertex) is { } step)
            {
                var at = log.Timestamp is null || step.Started is null ? 0 : Math.Max(0, (log.Timestamp.ToDateTimeOffset() - step.Started.Value).TotalSeconds);
                step.Log.Append(log.Msg.Span, at);
                Touch(step);
            }
        }

        foreach (var warning in message.Warnings)
        {
            Apply(warning);
        }

        // A message may hold the end of a step and the last of its output.
        foreach (var vertex in message.Vertexes)
        {
            if (StepOf(vertex.Digest) is { Completed: not null } step)
            {
                step.Log.Flush();
            }
        }
    }

    private void Apply(Vertex vertex)
    {
        var step = _byVertex.GetValueOrDefault(vertex.Digest) ?? Add(vertex);
        step.Update(vertex.Digest, Time(vertex.Started), Time(vertex.Completed), vertex.Cached, vertex.Error);
        if (step.Started is { } started)
        {
            Started = Started is null || started < Started ? started : Started;
            if (step.Number == 0)
            {
                step.Number = ++_lastNumber;
            }
        }

        Touch(step);
    }

    private StepState Add(Vertex vertex)
    {
        var group = vertex.ProgressGroup is { Id.Length: > 0, Weak: false } named ? named : null;
        if (group is not null && _byGroup.TryGetValue(group.Id, out var step))
        {
            _byVertex[vertex.Digest] = step;
            return step;
        }

        step = group is null
            ? new StepState(vertex.Digest, vertex.Name)
            : new StepState(group.Id, group.Name.Length > 0 ? group.Name : vertex.Name);
        if (group is not null)
        {
            _byGroup[group.Id] = step;
        }

        _byVertex[vertex.Digest] = step;
        Steps.Add(step);
        return step;
    }

    private void Apply(VertexStatus status)
    {
        if (StepOf(status.Vertex) is not { } step)
        {
            return;
        }

        var transfer = step.Transfer(status.ID);
        (transfer.Action, transfer.Current, transfer.Total) = (status.Name, status.Current, status.Total);
        (transfer.Updated, transfer.Started, transfer.Completed) = (Time(status.Timestamp), Time(status.Started), Time(status.Completed));
        transfer.Changed = true;
        Touch(step);
    }

    private void Apply(VertexWarning warning)
    {
        var text = Encoding.UTF8.GetString(warning.Short.Span);
        var line = warning.Ranges.Count > 0 ? warning.Ranges[0].Start?.Line ?? 0 : 0;
        var detail = warning.Detail.Select(part => Encoding.UTF8.GetString(part.Span)).ToList();
        var item = new ProgressWarning(text, detail, warning.Url, warning.Info?.Filename ?? string.Empty, line);
        if (Warnings.Exists(known => known.Text == item.Text && known.Line == item.Line))
        {
            return;
        }

        Warnings.Add(item);
        if (StepOf(warning.Vertex) is { } step)
        {
            step.Warnings.Add(text);
            Touch(step);
        }
    }

    private void Touch(StepState step)
    {
        if (!Changed.Contains(step))
        {
            Changed.Add(step);
        }
    }

    private static DateTimeOffset? Time(Timestamp? timestamp) => timestamp?.ToDateTimeOffset();
}
