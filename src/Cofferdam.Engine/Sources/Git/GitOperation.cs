using Cofferdam.Solver;
using Cofferdam.Storage;

namespace Cofferdam.Engine;

/// <summary>A commit of a git repository (LLB <c>git://</c> sources). Known by the commit's hash, so an unchanged branch is a hit.</summary>
internal sealed class GitOperation(GitSourceOptions options, SourceServices services) : IOperation
{
    private GitRevision? _revision;

    public async ValueTask<OperationKey> GetKeyAsync(OperationContext context, CancellationToken cancellationToken)
    {
        await using (var access = await GitAccess.OpenAsync(options, services, context, cancellationToken))
        {
            _revision = await GitResolver.ResolveAsync(options, access, services.Root, cancellationToken);
            if (options.Signature is not null)
            {
                var objects = await GitObjects.ReadAsync(options, _revision, access, context, cancellationToken);
                await GitSignatures.VerifyAsync(objects, options, services.Clock, cancellationToken);
                _revision = objects.Revision;
            }
        }

        return OperationKey.Of(OperationDigests.OfSource(options.ResultKey(_revision)));
    }

    public async Task<IReadOnlyList<IResult>> RunAsync(OperationContext context, IReadOnlyList<IResult> inputs, CancellationToken cancellationToken)
    {
        var revision = _revision ?? throw new InvalidOperationException("a git source is run after its key was asked for");
        await using var layer = await services.Snapshotter.PrepareAsync(Snapshot.Scratch, cancellationToken);
        await using (var access = await GitAccess.OpenAsync(options, services, context, cancellationToken))
        {
            await (options.ChecksOutBundle
                ? new GitBundleCheckout(options, revision, access, context).RunAsync(layer.UpperPath, cancellationToken)
                : new GitCheckout(options, revision, access, context).RunAsync(layer.UpperPath, cancellationToken));
        }

        return [new SnapshotResult(Snapshot.Scratch.Append(await layer.CommitAsync(null, cancellationToken)), services.Uses)];
    }
}
