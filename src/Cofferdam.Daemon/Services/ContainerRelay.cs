using System.IO.Pipelines;
using System.Threading.Channels;
using Cofferdam.Executor;
using Cofferdam.Protocol.Images;
using Google.Protobuf;
using Grpc.Core;
using TerminalSize = Cofferdam.Executor.TerminalSize;

namespace Cofferdam.Daemon;

/// <summary>Passes a container's input, output, signals and sizes between the client and the executor.</summary>
internal sealed class ContainerRelay : IProcessIo, IProcessControl, IAsyncDisposable
{
    private readonly IServerStreamWriter<RunResponse> _responses;
    private readonly Pipe _input = new();
    private readonly Channel<ProcessControlEvent> _control = Channel.CreateUnbounded<ProcessControlEvent>();
    private readonly SemaphoreSlim _writing = new(1);
    private readonly CancellationTokenSource _stop;
    private readonly Task _reading;

    public ContainerRelay(IAsyncStreamReader<RunRequest> requests, IServerStreamWriter<RunResponse> responses, bool withInput, CancellationToken cancellationToken)
    {
        _responses = responses;
        _stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        StandardInput = withInput ? _input.Reader.AsStream() : null;
        _reading = ReadAsync(requests, _stop.Token);
    }

    public Stream? StandardInput { get; }

    public async ValueTask WriteAsync(int stream, ReadOnlyMemory<byte> data, CancellationToken cancellationToken)
    {
        var bytes = ByteString.CopyFrom(data.Span);
        await SendAsync(stream == 1 ? new RunResponse { Stdout = bytes } : new RunResponse { Stderr = bytes });
    }

    public IAsyncEnumerable<ProcessControlEvent> ReadAsync(CancellationToken cancellationToken) => _control.Reader.ReadAllAsync(cancellationToken);

    /// <summary>Sends one message; several may be sent at once.</summary>
    public async Task SendAsync(RunResponse response)
    {
        await _writing.WaitAsync(_stop.Token);
        try
        {
            await _responses.WriteAsync(response, _stop.Token);
        }
        finally
        {
            _writing.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _reading.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stop.Dispose();
        _writing.Dispose();
    }

    private async Task ReadAsync(IAsyncStreamReader<RunRequest> requests, CancellationToken cancellationToken)
    {
        try
        {
            while (await requests.MoveNext(cancellationToken))
            {
                var request = requests.Current;
                switch (request.MessageCase)
                {
                    case RunRequest.MessageOneofCase.Input when request.Input.IsEmpty:
                        await _input.Writer.CompleteAsync();
                        break;
                    case RunRequest.MessageOneofCase.Input:
                        await _input.Writer.WriteAsync(request.Input.Memory, cancellationToken);
                        break;
                    case RunRequest.MessageOneofCase.Size:
                        _control.Writer.TryWrite(new ProcessControlEvent(null, new TerminalSize(request.Size.Rows, request.Size.Columns)));
                        break;
                    case RunRequest.MessageOneofCase.Signal:
                        _control.Writer.TryWrite(new ProcessControlEvent(request.Signal, null));
                        break;
                }
            }
        }
        finally
        {
            await _input.Writer.CompleteAsync();
            _control.Writer.TryComplete();
        }
    }
}
