using System.Globalization;
using System.Net.Sockets;
using Cofferdam.Linux;
using Microsoft.Win32.SafeHandles;

namespace Cofferdam.Executor;

/// <summary>A runtime at work on one container: its streams, its signals, its end.</summary>
/// <param name="runtime">The runtime.</param>
/// <param name="step">The files of this run.</param>
/// <param name="spec">The process.</param>
/// <param name="io">Where it reads and writes.</param>
/// <param name="container">The container that runs already and that this is one more process of; null makes one.</param>
/// <param name="clock">The clock.</param>
internal sealed class ContainerProcess(OciRuntime runtime, StepDirectory step, ProcessSpec spec, IProcessIo io, RunningContainer? container, TimeProvider clock) : IDisposable
{
    private const int BufferBytes = 32 * 1024;
    private const string ConsoleName = "console";
    private static readonly TimeSpan s_poll = TimeSpan.FromMilliseconds(5);
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(10);
    private static readonly string[] s_environment = ["PATH=" + (Environment.GetEnvironmentVariable("PATH") ?? "/usr/sbin:/usr/bin:/sbin:/bin")];

    private readonly CancellationTokenSource _stop = new();
    private readonly TaskCompletionSource<DescriptorStream> _terminal = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Exception? _failure;

    /// <summary>Runs it to its end and returns the runtime's exit code. Cancelling, and a stream that cannot be passed on, kill all in the container.</summary>
    public async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        using var console = spec.Terminal is null || !runtime.SendsTerminal ? null : ListenForConsole();
        using var lent = spec.Terminal is null || runtime.SendsTerminal ? null : PseudoTerminal.Create();
        using var input = DescriptorPipe.Create();
        using var output = DescriptorPipe.Create();
        using var errors = DescriptorPipe.Create();
        var hasTerminal = spec.Terminal is not null;
        var hasInput = io.StandardInput is not null && !hasTerminal;
        using var child = ChildProcess.Start(new ChildProcessOptions
        {
            Path = runtime.Path,
            Arguments = runtime.Command(container?.State ?? step.State, step.LogFile, [.. Command()]),
            Environment = s_environment,
            WorkingDirectory = step.Bundle,
            StandardInput = hasInput ? input.Reader : lent?.Slave,
            StandardOutput = hasTerminal ? lent?.Slave : output.Writer,
            StandardError = hasTerminal ? lent?.Slave : errors.Writer,
        });
        input.Reader.Dispose();
        output.Writer.Dispose();
        errors.Writer.Dispose();
        lent?.Slave.Dispose();

        var ended = child.WaitAsync(CancellationToken.None);
        using var over = new CancellationTokenSource();
        var reading = console is not null ? PassTerminalAsync(console, over.Token)
            : lent is not null ? PassTerminalAsync(lent.Master, over.Token)
            : Task.WhenAll(PassAsync(new DescriptorStream(output.Reader), 1), PassAsync(new DescriptorStream(errors.Reader), 2));
        var feeding = hasInput ? FeedAsync(new DescriptorStream(input.Writer), over.Token) : Task.CompletedTask;
        var controlling = spec.Control is null ? Task.CompletedTask : ControlAsync(spec.Control, child, over.Token);
        int code;
        await using (cancellationToken.UnsafeRegister(static state => ((CancellationTokenSource)state!).Cancel(), _stop))
        {
            code = await WaitOrKillAsync(child, ended);
        }

        await over.CancelAsync();
        await Task.WhenAll(reading, feeding, controlling);
        cancellationToken.ThrowIfCancellationRequested();
        return _failure is null ? code : throw new IOException("passing on what a process writes: " + _failure.Message, _failure);
    }

    public void Dispose() => _stop.Dispose();

    /// <summary>The container's first process, held; null while there is none.</summary>
    private ProcessHandle? OpenInit()
    {
        try
        {
            return int.TryParse(File.ReadAllText(step.PidFile), NumberStyles.None, CultureInfo.InvariantCulture, out var process) ? ProcessHandle.TryOpen(process) : null;
        }
        catch (IOException)
        {
            return null;
        }
    }

    private IEnumerable<string> Command() =>
    [
        .. container is null ? (string[])["run", "--bundle", step.Bundle] : ["exec", "--process", step.ProcessFile],
        "--pid-file", step.PidFile,
        .. spec.Terminal is null || !runtime.SendsTerminal ? (string[])[] : ["--console-socket", ConsoleName],
        container?.Id ?? spec.Id,
    ];

    private Socket ListenForConsole()
    {
        using var bundle = RootedDirectory.Open(step.Bundle);
        var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(new UnixDomainSocketEndPoint($"/proc/self/fd/{bundle.Handle.DangerousGetHandle()}/{ConsoleName}"));
        listener.Listen(1);
        return listener;
    }

    private async Task<int> WaitOrKillAsync(ChildProcess child, Task<int> ended)
    {
        var stopped = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using (_stop.Token.UnsafeRegister(static state => ((TaskCompletionSource)state!).TrySetResult(), stopped))
        {
            if (await Task.WhenAny(ended, stopped.Task) == ended)
            {
                return await ended;
            }
        }

        // Its first process takes all others of its namespace with it. While it is being made there is none to be killed yet.
        var deadline = clock.GetUtcNow() + s_patience;
        while (!ended.IsCompleted && clock.GetUtcNow() < deadline)
        {
            using var init = OpenInit();
            init?.Send(Signals.SIGKILL);
            await Task.WhenAny(ended, Task.Delay(s_poll, clock));
        }

        if (!ended.IsCompleted)
        {
            child.Send(Signals.SIGKILL);
        }

        return await ended;
    }

    private async Task PassTerminalAsync(Socket console, CancellationToken cancellationToken)
    {
        SafeFileHandle terminal;
        try
        {
            using var connection = await console.AcceptAsync(cancellationToken);
            terminal = await DescriptorSocket.ReceiveAsync(connection, cancellationToken);
        }
        catch (OperationCanceledException)
        {
            return; // It ended before it had a terminal.
        }

        await PassTerminalAsync(terminal, cancellationToken);
    }

    private async Task PassTerminalAsync(SafeFileHandle terminal, CancellationToken cancellationToken)
    {
        var stream = new DescriptorStream(terminal);
        stream.SetTerminalSize(spec.Terminal!.Value.Rows, spec.Terminal.Value.Columns);
        _terminal.SetResult(stream);
        var feeding = FeedAsync(stream.Duplicate(), cancellationToken);
        await PassAsync(stream, 1);
        await feeding;
    }

    private async Task PassAsync(DescriptorStream from, int stream)
    {
        await using (from)
        {
            var buffer = new byte[BufferBytes];
            while (await from.ReadAsync(buffer, CancellationToken.None) is var count and > 0)
            {
                if (_stop.IsCancellationRequested)
                {
                    continue; // Read on, so that nobody hangs in a write.
                }

                try
                {
                    await io.WriteAsync(stream, buffer.AsMemory(0, count), _stop.Token);
                }
#pragma warning disable CA1031 // Kept, and thrown when the container has ended.
                catch (Exception error)
#pragma warning restore CA1031
                {
                    _failure ??= error;
                    await _stop.CancelAsync();
                }
            }
        }
    }

    private async Task FeedAsync(DescriptorStream to, CancellationToken cancellationToken)
    {
        await using (to)
        {
            if (io.StandardInput is null)
            {
                return;
            }

            try
            {
                await io.StandardInput.CopyToAsync(to, cancellationToken);
            }
#pragma warning disable CA1031 // The process closed its input, or the one who writes has gone: the process sees the end of its input.
            catch (Exception)
#pragma warning restore CA1031
            {
                return;
            }
        }
    }

    private async Task ControlAsync(IProcessControl control, ChildProcess child, CancellationToken cancellationToken)
    {
        try
        {
            await foreach (var change in control.ReadAsync(cancellationToken))
            {
                if (change.Signal is { } signal)
                {
                    using var init = await WaitForInitAsync(cancellationToken);
                    init.Send(signal);
                }

                if (change.Size is { } size && spec.Terminal is not null)
                {
                    var terminal = await _terminal.Task.WaitAsync(cancellationToken);
                    terminal.SetTerminalSize(size.Rows, size.Columns);
                    if (!runtime.SendsTerminal)
                    {
                        child.Send(Signals.SIGWINCH); // It copies its terminal's size to the container's.
                    }
                }
            }
        }
        catch (Exception error) when (error is OperationCanceledException or LinuxException or ObjectDisposedException)
        {
            // It has ended, and with it what could be controlled.
        }
    }

    private async Task<ProcessHandle> WaitForInitAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            if (OpenInit() is { } init)
            {
                return init;
            }

            await Task.Delay(s_poll, clock, cancellationToken);
        }
    }
}
