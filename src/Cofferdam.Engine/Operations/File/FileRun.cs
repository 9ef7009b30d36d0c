using Cofferdam.Linux;
using Cofferdam.Model;
using Cofferdam.Protocol.Llb;
using Cofferdam.Storage;
using Cofferdam.Storage.Layers;

namespace Cofferdam.Engine;

/// <summary>One run of a file operation's actions. A chain of actions whose results nobody else reads works in one layer.</summary>
internal sealed class FileRun(IReadOnlyList<FileAction> actions, IReadOnlyList<Snapshot> inputs, FileServices services) : IAsyncDisposable
{
    private readonly Dictionary<long, Snapshot> _snapshots = [];
    private readonly List<WorkingTree> _open = [];

    /// <summary>The committed file system of an index: an input, or an action's result.</summary>
    public async Task<Snapshot> SnapshotAsync(long index, CancellationToken cancellationToken)
    {
        if (index < inputs.Count)
        {
            return inputs[(int)index];
        }

        if (_snapshots.TryGetValue(index, out var known))
        {
            return known;
        }

        var tree = await ActAsync(index, cancellationToken);
        tree.Finish();
        var parent = tree.Layer.Parent;
        await tree.Layer.TrimAsync(cancellationToken);
        var snapshot = parent.Append(await tree.Layer.CommitAsync(null, cancellationToken));
        _open.Remove(tree);
        await tree.DisposeAsync();
        return _snapshots[index] = snapshot;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (var tree in _open)
        {
            await tree.DisposeAsync();
        }
    }

    /// <summary>Runs an action and returns the tree it changed, not committed.</summary>
    private async Task<WorkingTree> ActAsync(long index, CancellationToken cancellationToken)
    {
        var action = actions[(int)(index - inputs.Count)];
        WorkingTree tree;
        if (action.Input >= inputs.Count && IsReadOnce(action.Input))
        {
            tree = await ActAsync(action.Input, cancellationToken);
        }
        else
        {
            var parent = action.Input < 0 ? Snapshot.Scratch : await SnapshotAsync(action.Input, cancellationToken);
            tree = await WorkingTree.BeginAsync(services.Snapshotter, parent, cancellationToken);
            _open.Add(tree);
        }

        var owner = FileOperation.OwnerOf(action) is { } wanted ? await ReadOwnerAsync(wanted, cancellationToken) : (FileOwner?)null;
        if (action.ActionCase == FileAction.ActionOneofCase.Copy)
        {
            await CopyAsync(tree, action, owner, cancellationToken);
        }
        else
        {
            await Task.Run(() => Change(tree, action, owner), cancellationToken);
        }

        return tree;
    }

    private static void Change(WorkingTree tree, FileAction action, FileOwner? owner)
    {
        switch (action.ActionCase)
        {
            case FileAction.ActionOneofCase.Mkdir:
                FileActions.MakeDirectory(tree, action.Mkdir, owner);
                break;
            case FileAction.ActionOneofCase.Mkfile:
                FileActions.MakeFile(tree, action.Mkfile, owner);
                break;
            case FileAction.ActionOneofCase.Symlink:
                FileActions.MakeSymlink(tree, action.Symlink, owner);
                break;
            case FileAction.ActionOneofCase.Rm:
                FileActions.Remove(tree, action.Rm);
                break;
            default:
                throw new UnsupportedException("this kind of file action is not supported");
        }
    }

    private async Task CopyAsync(WorkingTree tree, FileAction action, FileOwner? owner, CancellationToken cancellationToken)
    {
        if (action.SecondaryInput < 0)
        {
            throw new InvalidInputException("invalid file operation: a copy has no source");
        }

        var source = await SnapshotAsync(action.SecondaryInput, cancellationToken);
        await using var mounted = await services.Snapshotter.MountAsync(source, cancellationToken);
        using var root = RootedDirectory.Open(mounted.RootPath);
        await Task.Run(() => new CopyAction(tree, root, LayerHolders.Of(services.Snapshotter, source), action.Copy, owner).RunAsync(cancellationToken), cancellationToken);
    }

    private bool IsReadOnce(long index)
    {
        var reads = 0;
        foreach (var action in actions)
        {
            reads += (action.Input == index ? 1 : 0) + (action.SecondaryInput == index ? 2 : 0);
            var owner = FileOperation.OwnerOf(action);
            reads += (owner?.User?.ByName?.Input == index ? 2 : 0) + (owner?.Group?.ByName?.Input == index ? 2 : 0);
        }

        return reads == 1 && actions[(int)(index - inputs.Count)].Output < 0;
    }

    private async Task<FileOwner> ReadOwnerAsync(ChownOpt owner, CancellationToken cancellationToken)
    {
        var (uid, gid) = (0u, 0u);
        if (owner.User?.ByName is { } user)
        {
            (uid, gid) = await ReadAsync(user.Input, root => FileOwner.FindUser(root, user.Name) ?? default, cancellationToken);
        }
        else if (owner.User is { UserCase: UserOpt.UserOneofCase.ByID } byId)
        {
            (uid, gid) = (byId.ByID, byId.ByID);
        }

        if (owner.Group?.ByName is { } group)
        {
            gid = await ReadAsync(group.Input, root => FileOwner.FindGroup(root, group.Name), cancellationToken) ?? gid;
        }
        else if (owner.Group is { UserCase: UserOpt.UserOneofCase.ByID } groupById)
        {
            gid = groupById.ByID;
        }

        return new FileOwner(uid, gid);
    }

    private async Task<T> ReadAsync<T>(long input, Func<RootedDirectory, T> read, CancellationToken cancellationToken)
    {
        if (input < 0 || input >= inputs.Count + actions.Count)
        {
            throw new InvalidInputException("invalid file operation: the input with the owner's name is not there");
        }

        await using var mounted = await services.Snapshotter.MountAsync(await SnapshotAsync(input, cancellationToken), cancellationToken);
        using var root = RootedDirectory.Open(mounted.RootPath);
        return read(root);
    }
}
