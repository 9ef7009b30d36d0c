using System.IO.Pipelines;
using System.Threading.Channels;
using Cofferdam.Executor;
using Cofferdam.Model;
using Cofferdam.Protocol.Gateway;
using Google.Protobuf;
using TerminalSize = Cofferdam.Executor.TerminalSize;

namespace Cofferdam.Daemon;

/// <summary>Passes on what one process reads and writes, its signals and sizes.</summary>
internal sealed class ProcessRelay : IProcessIo, IProcessControl
{
    private readonly string _id;
    private readonly HashSet<uint> _descriptors;
    private readonly ProcessStream _stream;
    private readonly Pipe _input = new();
    private readonly Channel<ProcessControlEvent> _control = Channel.CreateUnbounded<ProcessControlEvent>();

    public ProcessRelay(string id, IEnumerable<uint> descriptors, ProcessStream stream)
    {
        (_id, _descriptors, _stream) = (id, [.. descriptors], stream);
        StandardInput = _descriptors.Contains(0) ? _input.Reader.AsStream() : null;
    }

    public Stream? StandardInput { get; }

    public async ValueTask WriteAsync(int stream, ReadOnlyMemory<byte> data, CancellationToken cancellationToken)
    {
        if (_descriptors.Contains((uint)stream))
        {
            await _stream.SendAsync(new ExecMessage { ProcessID = _id, File = new FdMessage { Fd = (uint)stream, Data = ByteString.CopyFrom(data.Span) } }, cancellationToken);
        }
    }

    public IAsyncEnumerable<ProcessControlEvent> ReadAsync(CancellationToken cancellationToken) => _control.Reader.ReadAllAsync(cancellationToken);

    /// <summary>Takes input for the process; what it does not read any more is dropped.</summary>
    public async Task TakeInputAsync(FdMessage message, CancellationToken cancellationToken)
    {
        if (message.Fd != 0 || StandardInput is null)
        {
            throw new InvalidInputException($"fd {message.Fd} unavailable to write");
        }

        if (!message.Data.IsEmpty)
        {
            await _input.Writer.WriteAsync(message.Data.Memory, cancellationToken);
        }

        if (message.EOF)
        {
            await _input.Writer.CompleteAsync();
        }
    }

    /// <summary>Sets the size of the process's terminal.</summary>
    public void Resize(ResizeMessage size) => _control.Writer.TryWrite(new ProcessControlEvent(null, new TerminalSize((int)size.Rows, (int)size.Cols)));

    /// <summary>Sends the process a signal by its name, for example <c>INT</c>.</summary>
    public void Signal(string name) => _control.Writer.TryWrite(new ProcessControlEvent(SignalNames.Parse(name), null));

    /// <summary>The process has ended.</summary>
    public async Task CloseAsync()
    {
        _control.Writer.TryComplete();
        await _input.Reader.CompleteAsync();
    }
}
