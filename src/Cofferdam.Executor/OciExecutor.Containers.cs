using System.Collections.Concurrent;
using Cofferdam.Linux;
using Cofferdam.Model;

namespace Cofferdam.Executor;

// More processes in containers that run.
public sealed partial class OciExecutor
{
    private static readonly TimeSpan s_poll = TimeSpan.FromMilliseconds(5);

    private readonly ConcurrentDictionary<string, RunningContainer> _running = new(StringComparer.Ordinal);

    /// <inheritdoc/>
    public async Task<int> ExecuteAsync(string container, ProcessSpec spec, IProcessIo io, CancellationToken cancellationToken)
    {
        var running = _running.GetValueOrDefault(container) ?? throw new NotFoundException($"no container {Quote.Text(container)} runs");
        await WaitForStartAsync(running, cancellationToken);
        using var step = StepDirectory.Create(StepsDirectory, spec.Id, spec.SecretEnvironment.Length > 0);
        using var root = RootedDirectory.Open(running.RootPath);
        var builder = new SpecBuilder { Spec = spec, User = UserResolver.Resolve(root, spec.User), Mounts = [] };
        WriteProcess(step, builder.BuildProcess());
        using var process = new ContainerProcess(_runtime, step, spec, io, running, _clock);
        var code = await process.RunAsync(cancellationToken);
        return code == 0 ? 0 : await ExplainAsync(RuntimeLog.FindError(step.LogFile), spec, io, code, cancellationToken);
    }

    private static void WriteProcess(StepDirectory step, RuntimeSpec.ProcessSection process)
    {
        using var written = RuntimeSpecJson.Write(process);
        using var file = File.OpenHandle(step.ProcessFile, FileMode.CreateNew, FileAccess.Write);
        RandomAccess.Write(file, written.Written, 0);
    }

    private async Task<int> RunKnownAsync(ContainerProcess process, StepDirectory step, ProcessSpec spec, CancellationToken cancellationToken)
    {
        using var ended = new CancellationTokenSource();
        _running[spec.Id] = new RunningContainer(spec.Id, step.State, step.PidFile, spec.RootPath, ended.Token);
        try
        {
            return await process.RunAsync(cancellationToken);
        }
        finally
        {
            _running.TryRemove(spec.Id, out _);
            await ended.CancelAsync();
        }
    }

    private async Task WaitForStartAsync(RunningContainer container, CancellationToken cancellationToken)
    {
        while (!IsStarted(container))
        {
            if (container.Ended.IsCancellationRequested)
            {
                throw new NotFoundException($"container {Quote.Text(container.Id)} has ended");
            }

            await Task.Delay(s_poll, _clock, cancellationToken);
        }
    }

    private static bool IsStarted(RunningContainer container)
    {
        try
        {
            return new FileInfo(container.PidFile).Length > 0;
        }
        catch (IOException)
        {
            return false;
        }
    }
}
