using System.Text;
using System.Text.Json;

namespace Cofferdam.Executor;

/// <summary>Keeps what crun itself writes to a process's standard error when it can't execute the process out of the output: a line of JSON, in one write.</summary>
internal sealed class RuntimeErrorFilter(IProcessIo io) : IProcessIo
{
    private static readonly byte[] s_start = Encoding.ASCII.GetBytes("{\"msg\":\"exec container process ");

    /// <inheritdoc/>
    public Stream? StandardInput => io.StandardInput;

    /// <summary>Why the process could not be executed; null when it was.</summary>
    public string? Error { get; private set; }

    /// <inheritdoc/>
    public ValueTask WriteAsync(int stream, ReadOnlyMemory<byte> data, CancellationToken cancellationToken)
    {
        if (stream == 2 && data.Span.StartsWith(s_start) && ReadMessage(data) is { } message)
        {
            Error = message;
            return ValueTask.CompletedTask;
        }

        return io.WriteAsync(stream, data, cancellationToken);
    }

    private static string? ReadMessage(ReadOnlyMemory<byte> line)
    {
        try
        {
            using var entry = JsonDocument.Parse(line);
            return entry.RootElement.GetProperty("msg").GetString();
        }
        catch (JsonException)
        {
            return null; // The process wrote it.
        }
    }
}
