using System.Collections.Concurrent;
using Cofferdam.Model;
using Cofferdam.Solver;

namespace Cofferdam.Engine;

/// <summary>Progress of one step that is no vertex of a graph.</summary>
internal sealed class StepProgress(IProgressSink sink, Digest vertex, TimeProvider clock) : IVertexProgress
{
    private readonly ConcurrentDictionary<string, DateTimeOffset> _started = new();

    public void Log(int stream, ReadOnlySpan<byte> data) => sink.Report(new ProgressEvent.LogWritten(vertex, stream, data.ToArray(), clock.GetUtcNow()));

    public void Status(string id, string name, long current, long total, bool isCompleted)
    {
        var now = clock.GetUtcNow();
        sink.Report(new ProgressEvent.StatusChanged(vertex, id, name, current, total, now, _started.GetOrAdd(id, now), isCompleted ? now : null));
    }

    public void Warn(BuildWarning warning) => sink.Report(new ProgressEvent.Warned(vertex, warning));
}
