using Cofferdam.Model;
using Cofferdam.Protocol.Llb;
using Cofferdam.Solver;

namespace Cofferdam.Engine;

/// <summary>Copies, makes and removes files (LLB FileOp).</summary>
/// <param name="operation">What to do.</param>
/// <param name="inputCount">How many inputs the vertex has; higher indexes mean results of earlier actions.</param>
/// <param name="services">What it works with.</param>
internal sealed partial class FileOperation(FileOp operation, int inputCount, FileServices services) : IOperation
{
    /// <inheritdoc/>
    public async Task<IReadOnlyList<IResult>> RunAsync(OperationContext context, IReadOnlyList<IResult> inputs, CancellationToken cancellationToken)
    {
        Validate();
        var snapshots = inputs.Select(input => ((SnapshotResult)input).Snapshot).ToList();
        foreach (var snapshot in snapshots)
        {
            await services.Layers.EnsureAsync(snapshot, context.Jobs, context.Progress, cancellationToken);
        }

        await using var run = new FileRun(operation.Actions, snapshots, services);
        var results = new List<IResult>();
        try
        {
            var outputs = operation.Actions.Select((action, index) => (action.Output, Index: index)).Where(pair => pair.Output >= 0).OrderBy(pair => pair.Output);
            foreach (var (_, index) in outputs)
            {
                results.Add(new SnapshotResult(await run.SnapshotAsync(inputCount + index, cancellationToken), services.Uses));
            }

            return results;
        }
        catch
        {
            foreach (var result in results)
            {
                await result.DisposeAsync();
            }

            throw;
        }
    }

    private void Validate()
    {
        var outputs = new SortedSet<long>();
        for (var i = 0; i < operation.Actions.Count; i++)
        {
            var action = operation.Actions[i];
            var earlier = inputCount + i;
            if (action.Input < -1 || action.Input >= earlier || action.SecondaryInput < -1 || action.SecondaryInput >= earlier)
            {
                throw new InvalidInputException($"invalid file operation: action {i} reads an input that is not there");
            }

            if (action.Output != -1 && !outputs.Add(action.Output))
            {
                throw new InvalidInputException($"invalid file operation: duplicate output {action.Output}");
            }
        }

        if (outputs.Count == 0 || outputs.Min != 0 || outputs.Max != outputs.Count - 1)
        {
            throw new InvalidInputException("invalid file operation: no outputs specified, or one is missing");
        }
    }
}
