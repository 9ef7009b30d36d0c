using System.Threading.Channels;
using Cofferdam.Linux;

namespace Cofferdam.Engine;

/// <summary>Gives files more names beside the walk that finds them: a name costs the kernel more than all the rest of a walk.</summary>
/// <param name="source">Where the files are.</param>
/// <param name="target">Where they get names, in directories that are there.</param>
internal sealed class LinksAhead(RootedDirectory source, RootedDirectory target) : IAsyncDisposable
{
    private const int BatchLinks = 64;
    private const int MostBatches = 16;

    private readonly Channel<List<Link>> _batches = Channel.CreateBounded<List<Link>>(new BoundedChannelOptions(MostBatches) { SingleReader = true, SingleWriter = true });
    private List<Link> _batch = [];
    private Task<List<Link>>? _linking;

    /// <summary>Adds one; it has its name when <see cref="FinishAsync"/> has returned.</summary>
    public ValueTask AddAsync(Link link, CancellationToken cancellationToken)
    {
        _batch.Add(link);
        return _batch.Count < BatchLinks ? ValueTask.CompletedTask : SendAsync(cancellationToken);
    }

    /// <summary>Waits for all that were added, and returns those that cannot have another name here.</summary>
    public async Task<IReadOnlyList<Link>> FinishAsync()
    {
        if (_linking is null)
        {
            return Make(source, target, _batch);
        }

        _batches.Writer.Complete();
        var left = await _linking;
        left.AddRange(Make(source, target, _batch));
        return left;
    }

    /// <summary>Waits for what is under way.</summary>
    public async ValueTask DisposeAsync()
    {
        _batches.Writer.TryComplete();
        if (_linking is not null)
        {
            await _linking.ContinueWith(static _ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        }
    }

    private ValueTask SendAsync(CancellationToken cancellationToken)
    {
        _linking ??= Task.Run(LinkAsync, cancellationToken);
        var batch = _batch;
        _batch = [];
        return _batches.Writer.WriteAsync(batch, cancellationToken);
    }

    private async Task<List<Link>> LinkAsync()
    {
        try
        {
            // Of its own, as one keeps the directory open that it was last in.
            using var from = RootedDirectory.Open(source.Path);
            using var to = RootedDirectory.Open(target.Path);
            var left = new List<Link>();
            await foreach (var batch in _batches.Reader.ReadAllAsync(CancellationToken.None))
            {
                left.AddRange(Make(from, to, batch));
            }

            return left;
        }
        catch (Exception error) when (Stop(error))
        {
            throw;
        }
    }

    // Who adds must not wait for one who has failed.
    private bool Stop(Exception error)
    {
        _batches.Writer.TryComplete(error);
        while (_batches.Reader.TryRead(out _))
        {
        }

        return false;
    }

    private static List<Link> Make(RootedDirectory from, RootedDirectory to, List<Link> links) => links.FindAll(link => !from.TryLink(link.From, to, link.To));

    /// <summary>A file and the name it gets.</summary>
    internal sealed record Link(string From, string To, FileStat Stat);
}
