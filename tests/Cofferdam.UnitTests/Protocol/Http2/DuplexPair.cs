using System.IO.Pipelines;

namespace Cofferdam.UnitTests.Protocol.Http2;

/// <summary>Two ends of a stream of bytes in memory, bounded as a socket's buffers are.</summary>
internal sealed class DuplexPair
{
    public DuplexPair()
    {
        var options = new PipeOptions(pauseWriterThreshold: 256 * 1024, resumeWriterThreshold: 128 * 1024, useSynchronizationContext: false);
        var (forth, back) = (new Pipe(options), new Pipe(options));
        Left = new DuplexStream(back.Reader, forth.Writer);
        Right = new DuplexStream(forth.Reader, back.Writer);
    }

    public Stream Left { get; }

    public Stream Right { get; }

    private sealed class DuplexStream(PipeReader reader, PipeWriter writer) : Stream
    {
        private readonly Stream _input = reader.AsStream();
        private readonly Stream _output = writer.AsStream();

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => _input.ReadAsync(buffer, cancellationToken);

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) => _output.WriteAsync(buffer, cancellationToken);

        public override Task FlushAsync(CancellationToken cancellationToken) => _output.FlushAsync(cancellationToken);

        public override void Flush() => throw new NotSupportedException();

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        protected override void Dispose(bool disposing)
        {
            writer.Complete();
            reader.CancelPendingRead();
            reader.Complete();
            base.Dispose(disposing);
        }
    }
}
