using System.Text;
using Cofferdam.Executor;
using Cofferdam.Model;

namespace Cofferdam.Engine;

/// <summary>A frontend's process at work: its calls are answered until it has returned and ended.</summary>
internal sealed class FrontendProcess(string name, FrontendServices services, TimeProvider clock)
{
    // How long one may take to end once it has returned, and once its connection has ended before that.
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan ShortGrace = TimeSpan.FromSeconds(2);

    /// <summary>Runs it. Whatever comes of it, the process has ended when this returns.</summary>
    /// <param name="spec">The process.</param>
    /// <param name="log">Takes what it writes to standard error.</param>
    /// <param name="build">The build it works for.</param>
    /// <param name="call">Its request.</param>
    /// <param name="cancellationToken">Kills it.</param>
    public async Task<GatewayResult> RunAsync(ProcessSpec spec, IProcessIo log, IBuild build, FrontendCall call, CancellationToken cancellationToken)
    {
        await using var transport = new FrontendTransport(log, call.Returned.Task);
        await using var bridge = services.Bridges(build, call, services.Info);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var serving = bridge.ServeAsync(transport, stop.Token);
        var running = RunAsync(spec, transport, stop.Token);
        try
        {
            await Task.WhenAny(running, serving, call.Returned.Task);
            await Task.WhenAny(running, Task.Delay(call.Returned.Task.IsCompleted ? Grace : ShortGrace, clock, stop.Token));
            var isStuck = !running.IsCompleted && !cancellationToken.IsCancellationRequested;
            var code = isStuck ? 0 : await running;
            if (!isStuck)
            {
                await serving; // What it sent last may be its answer.
            }

            return await EndAsync(transport, call, code, isStuck);
        }
        finally
        {
            await stop.CancelAsync();
            await Task.WhenAll(running, serving).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task<int> RunAsync(ProcessSpec spec, FrontendTransport transport, CancellationToken cancellationToken)
    {
        try
        {
            return await services.Executor.RunAsync(spec, transport, cancellationToken);
        }
        finally
        {
            await transport.EndAsync();
        }
    }

    // As BuildKit has it: the error it returned comes before how its process ended, and that before its result.
    private async Task<GatewayResult> EndAsync(FrontendTransport transport, FrontendCall call, int code, bool isStuck)
    {
        if (call.Returned.Task.IsFaulted || (call.Returned.Task.IsCompleted && code == 0))
        {
            return await call.Returned.Task;
        }

        if (!transport.IsHttp)
        {
            throw Failure($"what it writes to its standard output is no gRPC: {Quote.Text(Encoding.Latin1.GetString(transport.First))}", transport, "the image is probably no frontend");
        }

        throw isStuck ? Failure("its connection ended before it returned a result", transport, null)
            : code != 0 ? Failure($"it ended with exit code {code}", transport, code is 126 or 127 ? "the image is probably no frontend: its entry point, or else /run, is what is run" : null)
            : Failure("it ended without a result", transport, transport.First.IsEmpty ? "the image is probably no frontend" : null);
    }

    private CofferdamException Failure(string what, FrontendTransport transport, string? hint)
    {
        var errors = transport.LastErrors;
        return new CofferdamException(ErrorCode.ExecFailed, $"frontend {name}: {what}{(errors.Length > 0 ? $"; it last said:\n{errors}" : string.Empty)}") { Hint = hint };
    }
}
