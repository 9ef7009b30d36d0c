using System.Collections.Immutable;
using System.Text;
using Cofferdam.Model;
using Cofferdam.Protocol.Llb;
using Cofferdam.Solver;
using Google.Protobuf;

namespace Cofferdam.Engine;

internal sealed partial class FileOperation
{
    private const string KeyType = "cofferdam.file.v0";

    /// <inheritdoc/>
    public ValueTask<OperationKey> GetKeyAsync(OperationContext context, CancellationToken cancellationToken)
    {
        var selectors = new SortedDictionary<int, List<FileSelector>>();
        var whole = new HashSet<long>();
        var key = new StringBuilder(KeyType);
        foreach (var action in operation.Actions)
        {
            whole.Add(action.Input);
            AddOwner(OwnerOf(action), selectors);
            var copy = action.Copy;
            var named = action.Clone();
            if (copy is not null && action.SecondaryInput >= 0 && action.SecondaryInput < inputCount)
            {
                Add(selectors, action.SecondaryInput, SelectorOf(copy));

                // The name under which files come is part of what is done; where they come from is not: only their content counts.
                named.Copy.Src = copy.Src.Length == 0 ? "." : WorkingTree.BaseName(copy.Src.TrimEnd('/')) is { Length: > 0 } name ? name : "/";
            }

            key.Append('\n').Append(Convert.ToHexString(named.ToByteArray()));
        }

        var inputs = ImmutableArray.CreateBuilder<InputKey>(inputCount);
        for (var i = 0; i < inputCount; i++)
        {
            // An input that is changed takes part as a whole, whatever else is read of it.
            inputs.Add(whole.Contains(i) || !selectors.TryGetValue(i, out var list) ? InputKey.Whole : KeyOf(Dedupe(list), context));
        }

        return ValueTask.FromResult(new OperationKey { Digests = [Digest.Of(key.ToString())], Inputs = inputs.ToImmutable() });
    }

    private InputKey KeyOf(ImmutableArray<FileSelector> selectors, OperationContext context) => new(
        Digest.Of(string.Join('\0', selectors.Select(selector => selector.Text).OrderDescending(StringComparer.Ordinal))),
        async (result, cancellationToken) =>
        {
            var snapshot = ((SnapshotResult)result).Snapshot;
            await services.Layers.EnsureAsync(snapshot, context.Jobs, context.Progress, cancellationToken);
            return await services.Hash.ComputeAsync(snapshot, selectors, cancellationToken);
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

    /// <summary>Without those that lie beneath others, in one order.</summary>
    private static ImmutableArray<FileSelector> Dedupe(List<FileSelector> selectors)
    {
        var distinct = selectors.DistinctBy(selector => selector.Text).ToList();
        return
        [
            .. distinct.Where(selector => selector.IsFiltered || !distinct.Exists(other => other != selector && !other.IsFiltered
                && other.FollowsLinks == selector.FollowsLinks && IsBeneath(selector.Path, other.Path))).OrderBy(selector => selector.Text, StringComparer.Ordinal),
        ];
    }

    private static bool IsBeneath(string path, string directory) =>
        SourceTree.Clean(directory) is var clean && (clean.Length == 0 ? SourceTree.Clean(path).Length > 0 : SourceTree.Clean(path).StartsWith(clean + "/", StringComparison.Ordinal));
}
