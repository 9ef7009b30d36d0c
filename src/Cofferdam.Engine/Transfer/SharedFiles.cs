using System.Buffers;
using System.Threading.Channels;
using Cofferdam.Linux;
using Cofferdam.Protocol.FileTransfer;

namespace Cofferdam.Engine;

/// <summary>Copies files out of a client's directory that is at hand, beside the transfer that tells of them.</summary>
internal sealed class SharedFiles : IAsyncDisposable
{
    private const int BatchFiles = 32;
    private const int BatchBytes = 1024 * 1024;
    private const int MostBatches = 64;
    private const int BufferBytes = 256 * 1024;

    private readonly Channel<List<Stat>> _batches = Channel.CreateBounded<List<Stat>>(MostBatches);
    private readonly CancellationTokenSource _stop;
    private readonly RootedDirectory _source;
    private readonly RootedDirectory _target;
    private readonly Action<RootedDirectory, Stat, ReceivedFile> _finish;
    private readonly Task[] _workers;
    private List<Stat> _batch = [];
    private long _batchBytes;

    /// <param name="source">The client's directory.</param>
    /// <param name="target">Where files go; of each its directory is there when it is added.</param>
    /// <param name="finish">Called for each file that is whole, with a root for the calling thread; may be called by several at once.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public SharedFiles(RootedDirectory source, RootedDirectory target, Action<RootedDirectory, Stat, ReceivedFile> finish, CancellationToken cancellationToken)
    {
        (_source, _target, _finish) = (source, target, finish);
        _stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        _workers = [.. Enumerable.Range(0, Math.Clamp(Environment.ProcessorCount, 1, 4)).Select(_ => Task.Run(CopyAsync, cancellationToken))];
    }

    /// <summary>Adds a file; it is whole when <see cref="FinishAsync"/> has returned.</summary>
    public ValueTask AddAsync(Stat stat)
    {
        _batch.Add(stat);
        _batchBytes += stat.Size;
        return _batch.Count < BatchFiles && _batchBytes < BatchBytes ? ValueTask.CompletedTask : SendAsync();
    }

    /// <summary>Waits for all that were added.</summary>
    public async Task FinishAsync()
    {
        if (_batch.Count > 0)
        {
            await SendAsync();
        }

        _batches.Writer.TryComplete();
        await Task.WhenAll(_workers);
    }

    /// <summary>Stops what is under way and waits for it.</summary>
    public async ValueTask DisposeAsync()
    {
        _batches.Writer.TryComplete();
        await _stop.CancelAsync();
        await Task.WhenAll(_workers).ContinueWith(static _ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        _stop.Dispose();
    }

    private async ValueTask SendAsync()
    {
        var batch = _batch;
        (_batch, _batchBytes) = ([], 0);
        try
        {
            await _batches.Writer.WriteAsync(batch, _stop.Token);
        }
        catch (Exception error) when (error is ChannelClosedException or OperationCanceledException)
        {
            await Task.WhenAll(_workers); // the one that failed says why
            throw;
        }
    }

    private async Task CopyAsync()
    {
        try
        {
            using var source = RootedDirectory.Open(_source.Path);
            using var target = RootedDirectory.Open(_target.Path);
            var buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
            await foreach (var batch in _batches.Reader.ReadAllAsync(_stop.Token))
            {
                foreach (var stat in batch)
                {
                    _stop.Token.ThrowIfCancellationRequested();
                    Copy(source, target, stat, buffer);
                }
            }

            ArrayPool<byte>.Shared.Return(buffer);
        }
        catch (Exception error) when (error is not OperationCanceledException || !_stop.IsCancellationRequested)
        {
            // Who adds must not wait for those that are left.
            _batches.Writer.TryComplete(error);
            await _stop.CancelAsync();
            throw;
        }
    }

    private void Copy(RootedDirectory source, RootedDirectory target, Stat stat, byte[] buffer)
    {
        using var file = new ReceivedFile(target.CreateFile(stat.Path, 0x180), FileHeader.OfFile(stat));
        try
        {
            using var from = source.OpenRead(stat.Path);
            for (long at = 0; RandomAccess.Read(from, buffer.AsSpan(0, BufferBytes), at) is > 0 and var read; at += read)
            {
                _stop.Token.ThrowIfCancellationRequested();
                file.Append(buffer.AsSpan(0, read));
                if (read < BufferBytes && at + read >= stat.Size)
                {
                    break;
                }
            }
        }
        catch (LinuxException error) when (error.Errno is Errno.ENOENT or Errno.ENOTDIR or Errno.ELOOP)
        {
            // It is gone since the client saw it: an empty file, as fsutil sends.
        }

        _finish(target, stat, file);
    }
}
