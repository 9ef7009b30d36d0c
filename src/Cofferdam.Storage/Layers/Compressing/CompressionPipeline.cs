using System.Runtime.ExceptionServices;
using System.Security.Cryptography;
using System.Threading.Channels;
using Cofferdam.Model;

namespace Cofferdam.Storage.Layers;

/// <summary>Takes a stream and, at the same time, makes it, hashes it, compresses its blocks on many cores and writes them in order. Memory is bounded by the number of blocks under way.</summary>
internal sealed class CompressionPipeline(IBlockCompressor compressor, int parallelism)
{
    private readonly Channel<PooledBuffer> _toHash = Channel.CreateBounded<PooledBuffer>(parallelism + 1);
    private readonly Channel<(PooledBuffer Plain, Task<CompressedBlock> Compressed)> _toWrite = Channel.CreateBounded<(PooledBuffer, Task<CompressedBlock>)>(parallelism);

    /// <summary>Runs it and returns the digest of the plain stream.</summary>
    /// <param name="produce">Writes the plain stream.</param>
    /// <param name="output">Takes the compressed pieces in order.</param>
    /// <param name="cancellationToken">Stops it.</param>
    internal async Task<Digest> RunAsync(
        Func<Stream, CancellationToken, Task> produce,
        Func<ReadOnlyMemory<byte>, CancellationToken, ValueTask> output,
        CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var hash = GuardAsync(HashAsync, stop);
        Task[] all =
        [
            GuardAsync(token => ProduceAsync(produce, token), stop),
            hash,
            GuardAsync(token => WriteAsync(output, token), stop),
        ];
        await Task.WhenAll(all).ContinueWith(static _ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        var failed = Array.Find(all, task => task.IsFaulted);
        if (failed?.Exception?.InnerException is { } error)
        {
            ExceptionDispatchInfo.Throw(error);
        }

        cancellationToken.ThrowIfCancellationRequested();
        return await hash;
    }

    private static async Task<T> GuardAsync<T>(Func<CancellationToken, Task<T>> work, CancellationTokenSource stop)
    {
        var succeeded = false;
        try
        {
            var result = await Task.Run(() => work(stop.Token), stop.Token);
            succeeded = true;
            return result;
        }
        finally
        {
            if (!succeeded)
            {
                await stop.CancelAsync();
            }
        }
    }

    private async Task<bool> ProduceAsync(Func<Stream, CancellationToken, Task> produce, CancellationToken cancellationToken)
    {
        await using (var stream = new BlockStream(compressor.BlockBytes, SubmitAsync))
        {
            await produce(stream, cancellationToken);
            await stream.FlushAsync(cancellationToken);
        }

        _toHash.Writer.Complete();
        _toWrite.Writer.Complete();
        return true;
    }

    private async ValueTask SubmitAsync(PooledBuffer block, CancellationToken cancellationToken)
    {
        await _toHash.Writer.WriteAsync(block, cancellationToken);
        await _toWrite.Writer.WriteAsync((block, Task.Run(() => compressor.Compress(block.Filled), cancellationToken)), cancellationToken);
    }

    private async Task<Digest> HashAsync(CancellationToken cancellationToken)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        await foreach (var block in _toHash.Reader.ReadAllAsync(cancellationToken))
        {
            hash.AppendData(block.Filled.Span);
            block.Dispose();
        }

        return Digest.FromSha256(hash.GetHashAndReset());
    }

    private async Task<bool> WriteAsync(Func<ReadOnlyMemory<byte>, CancellationToken, ValueTask> output, CancellationToken cancellationToken)
    {
        if (!compressor.Header.IsEmpty)
        {
            await output(compressor.Header, cancellationToken);
        }

        await foreach (var (plain, task) in _toWrite.Reader.ReadAllAsync(cancellationToken))
        {
            var block = await task;
            plain.Dispose();
            await output(block.Data.Filled, cancellationToken);
            compressor.Written(block);
            block.Data.Dispose();
        }

        if (compressor.Trailer() is { IsEmpty: false } trailer)
        {
            await output(trailer, cancellationToken);
        }

        return true;
    }
}
