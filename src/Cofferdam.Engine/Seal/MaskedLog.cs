using Cofferdam.Executor;
using Cofferdam.Secrets;

namespace Cofferdam.Engine;

/// <summary>A step's log without the secrets that the process writes to it.</summary>
internal sealed class MaskedLog : IProcessIo, IDisposable
{
    private readonly MaskedStream[] _streams;

    public MaskedLog(ExecLog log, SecretSearch search, LeakReport report, TimeProvider clock) => _streams =
    [
        new MaskedStream(search, match => report.Add(Finding(match, "standard output"), null), data => log.Write(1, data), clock),
        new MaskedStream(search, match => report.Add(Finding(match, "standard error"), null), data => log.Write(2, data), clock),
    ];

    public Stream? StandardInput => null;

    public ValueTask WriteAsync(int stream, ReadOnlyMemory<byte> data, CancellationToken cancellationToken)
    {
        _streams[stream == 2 ? 1 : 0].Append(data.Span);
        return ValueTask.CompletedTask;
    }

    /// <summary>The process has ended.</summary>
    public void Complete()
    {
        foreach (var stream in _streams)
        {
            stream.Complete();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var stream in _streams)
        {
            stream.Dispose();
        }
    }

    private static SecretFinding Finding(SecretMatch match, string place) => new(match.SecretId, match.Form, match.Encoding, place, match.Offset, match.Length, null);
}
