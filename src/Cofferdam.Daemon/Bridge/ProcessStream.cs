using Cofferdam.Engine;
using Cofferdam.Model;
using Cofferdam.Protocol.Gateway;
using Grpc.Core;
using RpcStatus = Cofferdam.Protocol.Rpc.Status;

namespace Cofferdam.Daemon;

/// <summary>One ExecProcess call: any number of processes whose messages share a stream.</summary>
internal sealed class ProcessStream : IAsyncDisposable
{
    private const uint UnknownExitCode = 255; // BuildKit's gateway pb.UnknownExitStatus

    private readonly IServerStreamWriter<ExecMessage> _responses;
    private readonly Func<string, IGatewayContainer> _find;
    private readonly CancellationTokenSource _stop;
    private readonly SemaphoreSlim _writing = new(1);
    private readonly Dictionary<string, ProcessRelay> _relays = new(StringComparer.Ordinal);
    private readonly List<Task> _processes = [];

    public ProcessStream(IServerStreamWriter<ExecMessage> responses, Func<string, IGatewayContainer> find, CancellationToken cancellationToken)
    {
        (_responses, _find) = (responses, find);
        _stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
    }

    /// <summary>Takes messages until there are no more, then waits for the processes that run.</summary>
    public async Task RunAsync(IAsyncStreamReader<ExecMessage> requests)
    {
        while (await requests.MoveNext(_stop.Token))
        {
            await TakeAsync(requests.Current);
        }

        await Task.WhenAll(_processes);
    }

    /// <summary>Sends a message; several may be sent at once.</summary>
    public async Task SendAsync(ExecMessage message, CancellationToken cancellationToken)
    {
        await _writing.WaitAsync(cancellationToken);
        try
        {
            await _responses.WriteAsync(message, cancellationToken);
        }
        finally
        {
            _writing.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await Task.WhenAll(_processes).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stop.Dispose();
        _writing.Dispose();
    }

    private async Task TakeAsync(ExecMessage message)
    {
        var id = message.ProcessID.Length > 0 ? message.ProcessID : throw new InvalidInputException("ProcessID required");
        if (message.InputCase == ExecMessage.InputOneofCase.Init)
        {
            await StartAsync(id, message.Init);
            return;
        }

        var relay = _relays.GetValueOrDefault(id) ?? throw new NotFoundException($"IO for process {Quote.Text(id)} not found");
        switch (message.InputCase)
        {
            case ExecMessage.InputOneofCase.File:
                await relay.TakeInputAsync(message.File, _stop.Token);
                break;
            case ExecMessage.InputOneofCase.Resize:
                relay.Resize(message.Resize);
                break;
            case ExecMessage.InputOneofCase.Signal:
                relay.Signal(message.Signal.Name);
                break;
        }
    }

    private async Task StartAsync(string id, InitMessage init)
    {
        var container = _find(init.ContainerID);
        container.Check(init);
        var relay = new ProcessRelay(id, init.Fds, this);
        if (!_relays.TryAdd(id, relay))
        {
            throw new ConflictException($"Process {id} already exists");
        }

        await SendAsync(new ExecMessage { ProcessID = id, Started = new StartedMessage() }, _stop.Token);
        _processes.Add(RunAsync(id, container, init, relay));
    }

    private async Task RunAsync(string id, IGatewayContainer container, InitMessage init, ProcessRelay relay)
    {
        ExitMessage exit;
        try
        {
            var code = await container.RunAsync(init, relay, relay, _stop.Token);
            exit = new ExitMessage { Code = (uint)code };
            if (code != 0)
            {
                exit.Error = new RpcStatus { Code = (int)StatusCode.Unknown, Message = $"exit code: {code}" };
            }
        }
        catch (Exception error) when (!_stop.IsCancellationRequested)
        {
            exit = new ExitMessage { Code = UnknownExitCode, Error = ServiceErrors.ToStatus(error) };
        }
        finally
        {
            await relay.CloseAsync();
        }

        foreach (var descriptor in init.Fds.Where(descriptor => descriptor != 0))
        {
            await SendAsync(new ExecMessage { ProcessID = id, File = new FdMessage { Fd = descriptor, EOF = true } }, _stop.Token);
        }

        await SendAsync(new ExecMessage { ProcessID = id, Exit = exit }, _stop.Token);
        await SendAsync(new ExecMessage { ProcessID = id, Done = new DoneMessage() }, _stop.Token);
    }
}
