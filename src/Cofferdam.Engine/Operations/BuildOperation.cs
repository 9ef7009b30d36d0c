using Cofferdam.Model;
using Cofferdam.Protocol.Llb;
using Cofferdam.Solver;
using Cofferdam.Storage;
using Google.Protobuf;

namespace Cofferdam.Engine;

/// <summary>Solves a graph that is in a file of an input (LLB BuildOp with the LLB builder).</summary>
internal sealed class BuildOperation(BuildOp build, ISnapshotter snapshotter, ILayerProvider layers) : IOperation
{
    // BuildKit solver/pb/const.go and attr.go.
    private const long LlbBuilder = -1;
    private const string DefinitionInput = "buildkit.llb.definition";
    private const string FileNameAttribute = "llbbuild.filename";

    /// <inheritdoc/>
    public bool TakesSlot => false;

    /// <inheritdoc/>
    public bool HasKeyAtHand => true;

    /// <inheritdoc/>
    public ValueTask<OperationKey> GetKeyAsync(OperationContext context, CancellationToken cancellationToken) =>
        ValueTask.FromResult(OperationKey.Of(Digest.Of("cofferdam.build.v0\n" + Convert.ToHexString(build.ToByteArray()))));

    /// <inheritdoc/>
    public async Task<IReadOnlyList<IResult>> RunAsync(OperationContext context, IReadOnlyList<IResult> inputs, CancellationToken cancellationToken)
    {
        if (build.Builder != LlbBuilder)
        {
            throw new UnsupportedException("only the LLB builder is supported in nested builds");
        }

        if (!build.Inputs.TryGetValue(DefinitionInput, out var input) || input.Input < 0 || input.Input >= inputs.Count)
        {
            throw new InvalidInputException($"invalid LLB definition: a nested build without input {DefinitionInput}");
        }

        var definition = await ReadAsync(((SnapshotResult)inputs[(int)input.Input]).Snapshot, context, cancellationToken);
        if (definition.Def.Any(bytes => Digest.Of(bytes.Span) == context.VertexDigest))
        {
            throw new InvalidInputException("invalid LLB definition: a nested build needs itself");
        }

        var job = context.Jobs.Cast<BuildJob>().FirstOrDefault(job => job.SolveNestedAsync is not null) ?? throw new OperationCanceledException("no build waits for it any more");
        return [await job.SolveNestedAsync!(definition, cancellationToken)];
    }

    private async Task<Definition> ReadAsync(Snapshot snapshot, OperationContext context, CancellationToken cancellationToken)
    {
        await layers.EnsureAsync(snapshot, context.Jobs, context.Progress, cancellationToken);
        await using var mounted = await snapshotter.MountAsync(snapshot, cancellationToken);
        var name = build.Attrs.GetValueOrDefault(FileNameAttribute) is { Length: > 0 } given ? given : DefinitionInput;
        var bytes = await TreeFiles.ReadAsync(mounted.RootPath, name, 0, 0, cancellationToken);
        try
        {
            return Definition.Parser.ParseFrom(bytes.Span);
        }
        catch (InvalidProtocolBufferException error)
        {
            throw new InvalidInputException($"file {Quote.Text(name)} is no LLB definition: {error.Message}", error);
        }
    }
}
