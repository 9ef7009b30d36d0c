namespace Cofferdam.Engine;

/// <summary>A decoder that reads synchronously only, over a stream that is read asynchronously only.</summary>
/// <param name="compressed">What is decoded; it stays the caller's.</param>
/// <param name="open">Makes the decoder, which may read already.</param>
internal sealed class SynchronousDecoderStream(Stream compressed, Func<Stream, Stream> open) : Stream
{
    private Stream? _decoder;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override int Read(byte[] buffer, int offset, int count) => (_decoder ??= open(new Source(compressed))).Read(buffer, offset, count);

    public override int Read(Span<byte> buffer) => (_decoder ??= open(new Source(compressed))).Read(buffer);

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return ValueTask.FromResult(Read(buffer.Span));
    }

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _decoder?.Dispose();
        }

        base.Dispose(disposing);
    }

    private sealed class Source(Stream stream) : Stream
    {
        private long _position;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        // xz aligns its blocks by it.
        public override long Position { get => _position; set => throw new NotSupportedException(); }

        public override int Read(byte[] buffer, int offset, int count)
        {
            var reading = stream.ReadAsync(buffer.AsMemory(offset, count), CancellationToken.None);
#pragma warning disable VSTHRD002, MA0042, CA2012 // the library has no asynchronous reading; a file of a layer, and what is decoded from one, is there at once
            var read = reading.IsCompleted ? reading.Result : reading.AsTask().GetAwaiter().GetResult();
#pragma warning restore VSTHRD002, MA0042, CA2012
            _position += read;
            return read;
        }

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
