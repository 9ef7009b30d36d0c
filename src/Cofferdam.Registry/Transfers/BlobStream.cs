namespace Cofferdam.Registry.Transfers;

/// <summary>The body of an answer. Silence for too long is an error; disposing gives the connection and the turn back.</summary>
internal sealed class BlobStream(Stream body, HttpResponseMessage response, SemaphoreSlim transfers, TimeSpan idle, TimeProvider timeProvider) : Stream
{
    private int _disposed;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var reading = body.ReadAsync(buffer, cancellationToken);
        if (reading.IsCompleted)
        {
            return await reading; // most reads: data has come already
        }

        using var silence = new CancellationTokenSource();
        var read = reading.AsTask();
        if (await Task.WhenAny(read, Task.Delay(idle, timeProvider, silence.Token)) != read)
        {
            response.Dispose();
            await read.ContinueWith(static task => _ = task.Exception, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
            throw new IOException("the registry sends no more");
        }

        await silence.CancelAsync();
        return await read;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => body.Read(buffer, offset, count);

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing && Interlocked.Exchange(ref _disposed, 1) == 0)
        {
            body.Dispose();
            response.Dispose();
            transfers.Release();
        }

        base.Dispose(disposing);
    }
}
