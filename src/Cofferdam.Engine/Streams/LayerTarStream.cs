using System.Buffers;
using System.IO.Pipelines;

namespace Cofferdam.Engine;

/// <summary>Reads what a writer writes while it is written. The length is known before; it can be entered anywhere until the first read.</summary>
internal sealed class LayerTarStream(long length, Func<Stream, CancellationToken, Task> write) : Stream
{
    private const int PauseBytes = 4 << 20;

    private readonly Pipe _pipe = new(new PipeOptions(pauseWriterThreshold: PauseBytes, resumeWriterThreshold: PauseBytes / 2, useSynchronizationContext: false));
    private readonly CancellationTokenSource _stop = new();
    private Task? _writing;
    private long _start;
    private long _position;

    public override bool CanRead => true;

    public override bool CanSeek => true;

    public override bool CanWrite => false;

    public override long Length => length;

    public override long Position
    {
        get => _position;
        set => Seek(value, SeekOrigin.Begin);
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_writing is null)
        {
            _writing = Task.Run(WriteAsync, CancellationToken.None);
            await SkipAsync(_start, cancellationToken);
        }

        var result = await _pipe.Reader.ReadAsync(cancellationToken);
        var piece = result.Buffer.Slice(0, Math.Min(result.Buffer.Length, buffer.Length));
        var read = (int)piece.Length;
        piece.CopyTo(buffer.Span);
        _pipe.Reader.AdvanceTo(piece.End);
        _position += read;
        return read;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("the stream is read asynchronously");

    public override long Seek(long offset, SeekOrigin origin)
    {
        var target = origin switch { SeekOrigin.Begin => offset, SeekOrigin.Current => _position + offset, _ => length + offset };
        return _writing is null ? _start = _position = target : throw new NotSupportedException("reading has begun");
    }

    public override void Flush()
    {
    }

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _pipe.Reader.CompleteAsync();
        await (_writing ?? Task.CompletedTask);
        _stop.Dispose();
        await base.DisposeAsync();
    }

    private async Task SkipAsync(long count, CancellationToken cancellationToken)
    {
        while (count > 0)
        {
            var result = await _pipe.Reader.ReadAsync(cancellationToken);
            var piece = result.Buffer.Slice(0, Math.Min(result.Buffer.Length, count));
            if (result.IsCompleted && piece.IsEmpty)
            {
                throw new EndOfStreamException();
            }

            count -= piece.Length;
            _pipe.Reader.AdvanceTo(piece.End);
        }
    }

    private async Task WriteAsync()
    {
        Exception? failure = null;
        try
        {
            await using var stream = _pipe.Writer.AsStream(leaveOpen: true);
            await write(stream, _stop.Token);
        }
#pragma warning disable CA1031 // The reader gets it.
        catch (Exception error)
#pragma warning restore CA1031
        {
            failure = error;
        }

        await _pipe.Writer.CompleteAsync(failure);
    }
}
