using System.Threading.Channels;
using Cofferdam.Linux;
using Cofferdam.Model;

namespace Cofferdam.Storage;

/// <summary>Directories on their way out: renamed at once, deleted one by one in the background.</summary>
internal sealed class Trash : IAsyncDisposable
{
    private readonly string _root;
    private readonly Channel<Item> _queue = Channel.CreateUnbounded<Item>(new UnboundedChannelOptions { SingleReader = true });
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _worker;

    public Trash(string root)
    {
        _root = root;
        _worker = Task.Run(WorkAsync);
    }

    /// <summary>Takes a directory away; its name is free when this returns.</summary>
    public void Add(string directory)
    {
        var target = Path.Combine(_root, OverlaySnapshotter.NewName());
        Directory.Move(directory, target);
        _queue.Writer.TryWrite(new Item(target, null));
    }

    /// <summary>Takes up what an earlier process left.</summary>
    public void AddLeftovers()
    {
        foreach (var directory in Directory.EnumerateDirectories(_root).ToList())
        {
            _queue.Writer.TryWrite(new Item(directory, null));
        }
    }

    /// <summary>Waits until all that is in it now is deleted.</summary>
    public Task EmptyAsync(CancellationToken cancellationToken)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        return _queue.Writer.TryWrite(new Item(null, done)) ? done.Task.WaitAsync(cancellationToken) : Task.CompletedTask;
    }

    /// <summary>Finishes the directory being deleted and leaves the rest to the next start.</summary>
    public async ValueTask DisposeAsync()
    {
        _queue.Writer.TryComplete();
        await _stop.CancelAsync();
        await _worker;
        _stop.Dispose();
    }

    private async Task WorkAsync()
    {
        await foreach (var item in _queue.Reader.ReadAllAsync(CancellationToken.None))
        {
            if (item.Directory is { } directory && !_stop.IsCancellationRequested)
            {
                Delete(directory);
            }

            item.Done?.TrySetResult();
        }
    }

    private void Delete(string directory)
    {
        try
        {
            using var root = RootedDirectory.Open(_root);
            root.RemoveTree(Path.GetFileName(directory));
        }
        catch (CofferdamException)
        {
            // Something in it is still mounted or immutable; the next start tries again.
        }
    }

    private sealed record Item(string? Directory, TaskCompletionSource? Done);
}
