using System.Runtime.InteropServices;
using System.Threading.Channels;
using Cofferdam.Cli.Terminal;
using Cofferdam.Linux;
using Cofferdam.Model;
using Cofferdam.Protocol.Images;
using Google.Protobuf;
using Grpc.Core;

namespace Cofferdam.Cli.Commands;

/// <summary>Connects this terminal with a process in a container, both ways, until the process ends.</summary>
internal sealed class ContainerSession(CallInvoker invoker, CommandConsole console)
{
    private const int InputBuffer = 32 * 1024;

    /// <summary>Runs the process; returns its exit code.</summary>
    public async Task<int> RunAsync(RunStart start, CancellationToken cancellationToken)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var call = new Containers.ContainersClient(invoker).Run(cancellationToken: cancellationToken);
        var requests = Channel.CreateBounded<RunRequest>(16);
        await requests.Writer.WriteAsync(new RunRequest { Start = start }, cancellationToken);

        // Signals and sizes come at any time, also while input waits; one writer orders them.
        using var signals = console.Interrupts?.Redirect(signal => requests.Writer.TryWrite(new RunRequest { Signal = signal }));
#pragma warning disable CA1416 // This program is for Linux.
        using var resizes = start.Terminal is null ? null : PosixSignalRegistration.Create(PosixSignal.SIGWINCH, _ => SendSize(requests.Writer));
#pragma warning restore CA1416
        using var raw = start is { Terminal: not null, Interactive: true } && console.InputIsTerminal ? TerminalMode.MakeRaw(0) : null;
        var sending = SendAsync(requests.Reader, call.RequestStream, ending.Token);
        var reading = start.Interactive ? ReadInputAsync(requests.Writer, ending.Token) : Task.CompletedTask;
        try
        {
            return await ReceiveAsync(call.ResponseStream, cancellationToken);
        }
        finally
        {
            await ending.CancelAsync();
            requests.Writer.TryComplete();
            await sending;
            if (reading.IsCompleted)
            {
                await reading;
            }

            // A read of a terminal cannot be taken back: when one is under way it ends with this process.
        }
    }

    private async Task<int> ReceiveAsync(IAsyncStreamReader<RunResponse> responses, CancellationToken cancellationToken)
    {
        while (await responses.MoveNext(cancellationToken))
        {
            var response = responses.Current;
            switch (response.MessageCase)
            {
                case RunResponse.MessageOneofCase.Stdout:
                    await console.OutputStream.WriteAsync(response.Stdout.Memory, cancellationToken);
                    await console.OutputStream.FlushAsync(cancellationToken);
                    break;
                case RunResponse.MessageOneofCase.Stderr:
                    await console.ErrorStream.WriteAsync(response.Stderr.Memory, cancellationToken);
                    await console.ErrorStream.FlushAsync(cancellationToken);
                    break;
                case RunResponse.MessageOneofCase.Exit:
                    return response.Exit;
            }
        }

        throw new CofferdamException(ErrorCode.DaemonUnavailable, "the daemon ended the container without an exit code");
    }

    private async Task ReadInputAsync(ChannelWriter<RunRequest> requests, CancellationToken cancellationToken)
    {
        var buffer = new byte[InputBuffer];
        try
        {
            int length;
            do
            {
                length = await console.Input.ReadAsync(buffer, cancellationToken);
                await requests.WriteAsync(new RunRequest { Input = ByteString.CopyFrom(buffer.AsSpan(0, length)) }, cancellationToken);
            }
            while (length > 0);
        }
        catch (Exception exception) when (exception is OperationCanceledException or ChannelClosedException or IOException)
        {
            // The process has ended, or there is no input.
        }
    }

    private static async Task SendAsync(ChannelReader<RunRequest> requests, IClientStreamWriter<RunRequest> writer, CancellationToken cancellationToken)
    {
        try
        {
            await foreach (var request in requests.ReadAllAsync(cancellationToken))
            {
                await writer.WriteAsync(request, cancellationToken);
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or RpcException or InvalidOperationException)
        {
            // The call has ended; what came of it is told by its other direction.
        }
    }

    private void SendSize(ChannelWriter<RunRequest> requests)
    {
        var (rows, columns) = console.Size();
        requests.TryWrite(new RunRequest { Size = new TerminalSize { Rows = rows, Columns = columns } });
    }
}
