using System.Text;
using Cofferdam.Executor;
using Cofferdam.Solver;

namespace Cofferdam.Engine;

/// <summary>Passes a process's output on to the build's log, up to BuildKit's limit; what comes after it is kept in a ring and its end shown.</summary>
internal sealed class ExecLog(IVertexProgress progress) : IProcessIo
{
    // BuildKit util/progress/logs: BUILDKIT_STEP_LOG_MAX_SIZE.
    private const int StreamLimit = 2 * 1024 * 1024;
    private const int TailBytes = 16 * 1024;

    private readonly int[] _written = new int[3];
    private readonly Queue<byte[]>[] _tails = [[], [], []];

    public Stream? StandardInput => null;

    public ValueTask WriteAsync(int stream, ReadOnlyMemory<byte> data, CancellationToken cancellationToken)
    {
        Write(stream, data);
        return ValueTask.CompletedTask;
    }

    /// <summary>Takes what the process writes.</summary>
    public void Write(int stream, ReadOnlyMemory<byte> data)
    {
        var room = Math.Max(0, StreamLimit - _written[stream]);
        var now = data[..Math.Min(room, data.Length)];
        if (!now.IsEmpty)
        {
            progress.Log(stream, now.Span);
        }

        if (_written[stream] < StreamLimit && _written[stream] + data.Length >= StreamLimit)
        {
            progress.Log(2, Encoding.UTF8.GetBytes($"[output clipped, log limit {StreamLimit / 1024 / 1024}MiB reached]\n"));
        }

        _written[stream] = (int)Math.Min(int.MaxValue / 2, (long)_written[stream] + data.Length);
        if (data.Length > now.Length)
        {
            Keep(_tails[stream], data[now.Length..]);
        }
    }

    /// <summary>Shows the end of what was left out.</summary>
    public void Flush()
    {
        for (var stream = 1; stream <= 2; stream++)
        {
            foreach (var piece in _tails[stream])
            {
                progress.Log(stream, piece);
            }
        }
    }

    private static void Keep(Queue<byte[]> tail, ReadOnlyMemory<byte> data)
    {
        tail.Enqueue(data[Math.Max(0, data.Length - TailBytes)..].ToArray());
        while (tail.Count > 1 && tail.Sum(piece => piece.Length) > TailBytes)
        {
            tail.Dequeue();
        }
    }
}
