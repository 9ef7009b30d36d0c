using Cofferdam.Cli.DaemonControl;
using Cofferdam.Cli.Errors;
using Cofferdam.Cli.Progress;
using Cofferdam.Cli.Terminal;
using Cofferdam.Protocol.Calls;
using Cofferdam.Protocol.Control;
using Grpc.Core;

namespace Cofferdam.Cli.Build;

/// <summary>Runs one build on a daemon and shows how it goes.</summary>
internal sealed class BuildRunner(DaemonConnection connection, IBuildSessions sessions, CommandConsole console, ProgressMode mode)
{
    // BuildKit's clients wait as long for the rest of the progress after the build's end.
    private static readonly TimeSpan StatusPatience = TimeSpan.FromSeconds(5);

    /// <summary>The warnings of the build, after its end.</summary>
    public IReadOnlyList<ProgressWarning> Warnings { get; private set; } = [];

    /// <summary>Builds; returns what the exporters answered. The error of a build that failed is thrown after it was shown how far it came.</summary>
    public Task<IDictionary<string, string>> BuildAsync(BuildRequest request, CancellationToken cancellationToken) =>
        RunAsync(request, async solve => (IDictionary<string, string>)(await solve).ExporterResponse, cancellationToken);

    /// <summary>Asks the frontend something instead of building; returns the metadata of its answer.</summary>
    public Task<IDictionary<string, byte[]>> CallAsync(BuildRequest request, CancellationToken cancellationToken)
    {
        var frontend = request.Solve.Frontend;
        request.Solve.Frontend = string.Empty;
        request.Solve.Internal = true;
        return RunAsync(request, solve => GatewayCall.RunAsync(connection.Invoker, request.Solve, frontend, solve, cancellationToken), cancellationToken);
    }

    private async Task<T> RunAsync<T>(BuildRequest request, Func<Task<SolveResponse>, Task<T>> finishAsync, CancellationToken cancellationToken)
    {
        await using var session = await sessions.OpenAsync(connection, request.Session, console, cancellationToken);
        request.Solve.Session = session.Id;
        var display = ProgressDisplay.Create(mode, console);
        using var stopStatus = new CancellationTokenSource();
        using var status = connection.Invoker.CallServerStreaming(DirectMethods.Status, new StatusRequest { Ref = request.Solve.Ref }, stopStatus.Token);
        using var solve = connection.Invoker.CallUnary(DirectMethods.Solve, request.Solve, null, cancellationToken);
        var showing = display.RunAsync(status.ResponseStream, stopStatus.Token);
        try
        {
            var result = await finishAsync(solve.ResponseAsync);
            await EndAsync(display, showing, stopStatus, succeeded: true);
            Warnings = display.Model.Warnings;
            display.PrintAfter(console, failed: null);
            return result;
        }
        catch (Exception exception)
        {
            await EndAsync(display, showing, stopStatus, succeeded: false);
            display.PrintAfter(console, exception is RpcException error ? display.Model.StepOf(ErrorDetails.Of(error).Vertex) ?? FailedStep(display.Model) : null);
            throw;
        }
    }

    private static StepState? FailedStep(ProgressModel model) => model.Steps.Find(step => step.Error is not null && !step.IsCanceled);

    private async Task EndAsync(ProgressDisplay display, Task showing, CancellationTokenSource stopStatus, bool succeeded)
    {
        stopStatus.CancelAfter(StatusPatience);
        await showing;
        display.Finish(succeeded);
        await console.Error.FlushAsync(CancellationToken.None);
    }
}
