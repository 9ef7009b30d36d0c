using System.Collections.Immutable;
using Cofferdam.Model;
using Cofferdam.Protocol.Llb;
using Cofferdam.Solver;

namespace Cofferdam.Engine;

internal sealed partial class FileOperation
{
    /// <inheritdoc/>
    public bool HasKeyAtHand => true;

    /// <inheritdoc/>
    public ValueTask<OperationKey> GetKeyAsync(OperationContext context, CancellationToken cancellationToken)
    {
        var selectors = new SortedDictionary<int, List<FileSelector>>();
        var whole = new HashSet<long>();
        foreach (var action in operation.Actions)
        {
            whole.Add(action.Input);
            AddOwner(OwnerOf(action), selectors);
            if (action.Copy is { } copy && action.SecondaryInput >= 0 && action.SecondaryInput < inputCount)
            {
                Add(selectors, action.SecondaryInput, SelectorOf(copy));
            }
        }

        var inputs = ImmutableArray.CreateBuilder<InputKey>(inputCount);
        for (var i = 0; i < inputCount; i++)
        {
            // An input that is changed takes part as a whole, whatever else is read of it.
            inputs.Add(whole.Contains(i) || !selectors.TryGetValue(i, out var list) ? InputKey.Whole : KeyOf(list, context));
        }

        return ValueTask.FromResult(new OperationKey { Digests = [OperationDigests.Of(operation, inputCount)], Inputs = inputs.ToImmutable() });
    }

    private InputKey KeyOf(List<FileSelector> selectors, OperationContext context) => new(
        Digest.Of(string.Join('\0', selectors.Select(selector => selector.Path).OrderDescending(StringComparer.Ordinal))),
        async (result, cancellationToken) =>
        {
            var snapshot = ((SnapshotResult)result).Snapshot;
            await services.Layers.EnsureAsync(snapshot, context.Jobs, context.Progress, cancellationToken);
            return await services.Hash.ComputeAsync(snapshot, FileSelector.Dedupe(selectors), cancellationToken);
        });

    private static FileSelector SelectorOf(FileActionCopy copy) => new(copy.Src, copy.AllowWildcard && SourceTree.HasWildcards(copy.Src), copy.FollowSymlink)
    {
        Include = [.. copy.IncludePatterns],
        Exclude = [.. copy.ExcludePatterns],
        Required = [.. copy.RequiredPaths],
    };

    internal static ChownOpt? OwnerOf(FileAction action) => action.ActionCase switch
    {
        FileAction.ActionOneofCase.Copy => action.Copy.Owner,
        FileAction.ActionOneofCase.Mkdir => action.Mkdir.Owner,
        FileAction.ActionOneofCase.Mkfile => action.Mkfile.Owner,
        FileAction.ActionOneofCase.Symlink => action.Symlink.Owner,
        _ => null,
    };

    private static void AddOwner(ChownOpt? owner, SortedDictionary<int, List<FileSelector>> selectors)
    {
        if (owner?.User?.ByName is { } user)
        {
            Add(selectors, user.Input, new FileSelector("/etc/passwd", false, true));
        }

        if (owner?.Group?.ByName is { } group)
        {
            Add(selectors, group.Input, new FileSelector("/etc/group", false, true));
        }
    }

    private static void Add(SortedDictionary<int, List<FileSelector>> selectors, long input, FileSelector selector)
    {
        if (!selectors.TryGetValue(checked((int)input), out var list))
        {
            selectors[(int)input] = list = [];
        }

        list.Add(selector);
    }
}
