using Cofferdam.Model;
using Cofferdam.Solver;

namespace Cofferdam.UnitTests.Solver;

/// <summary>Keeps what happens in a build.</summary>
internal sealed class RecordingSink : IProgressSink, IJobContext
{
    private readonly Lock _lock = new();
    private readonly List<ProgressEvent> _events = [];

    public string BuildId => "test";

    public IReadOnlyList<ProgressEvent> Events
    {
        get
        {
            lock (_lock)
            {
                return [.. _events];
            }
        }
    }

    public void Report(ProgressEvent progressEvent)
    {
        lock (_lock)
        {
            _events.Add(progressEvent);
        }
    }

    public ProgressEvent.VertexChanged Last(Vertex vertex) => Events.OfType<ProgressEvent.VertexChanged>().Last(change => change.Vertex == vertex.Digest);

    public IEnumerable<string> Logs(Digest vertex) =>
        Events.OfType<ProgressEvent.LogWritten>().Where(log => log.Vertex == vertex).Select(log => System.Text.Encoding.UTF8.GetString(log.Data.Span));
}
