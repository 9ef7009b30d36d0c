using System.Collections.Concurrent;
using Cofferdam.Solver;

namespace Cofferdam.Testing;

/// <summary>Keeps the statuses it is told.</summary>
public sealed class SilentProgress : IVertexProgress
{
    public ConcurrentQueue<(string Id, string Name, long Current, long Total, bool IsCompleted)> Statuses { get; } = new();

    public void Log(int stream, ReadOnlySpan<byte> data)
    {
    }

    public void Status(string id, string name, long current, long total, bool isCompleted) => Statuses.Enqueue((id, name, current, total, isCompleted));

    public void Warn(BuildWarning warning)
    {
    }
}
