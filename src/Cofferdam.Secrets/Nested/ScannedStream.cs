using System.Buffers;

namespace Cofferdam.Secrets.Nested;

/// <summary>Reads a stream so that each of its bytes is searched once, and can step back over what a decoder read too much.</summary>
internal sealed class ScannedStream(Stream source, SecretScanner scanner, NestedBudget? budget) : Stream
{
    /// <summary>How far it can step back at least; more than a decoder's buffer.</summary>
    internal const int Kept = 16 * 1024;

    private const int BufferBytes = 64 * 1024;

    private readonly byte[] _buffer = ArrayPool<byte>.Shared.Rent(Kept + BufferBytes);
    private int _start;
    private int _end;
    private long _base;
    private bool _isDisposed;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    /// <summary>Bytes given out and not taken back; setting it steps back, at most <see cref="Kept"/>, or on within what was peeked.</summary>
    public override long Position
    {
        get => _base + _start;
        set
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, _base);
            ArgumentOutOfRangeException.ThrowIfGreaterThan(value, _base + _end);
            _start = (int)(value - _base);
        }
    }

    /// <summary>Whether the source threw: a decoder that reads this is not to blame then.</summary>
    internal bool HasFailed { get; private set; }

    /// <summary>The bytes about the position that are at hand, from one position on.</summary>
    internal ReadOnlySpan<byte> From(long position) => _buffer.AsSpan((int)Math.Max(0, position - _base), _end - (int)Math.Max(0, position - _base));

    /// <summary>The first position of which <see cref="From"/> has bytes.</summary>
    internal long First => _base;

    /// <summary>At least that many of the next bytes, fewer at the end; they are not taken.</summary>
    internal async ValueTask<ReadOnlyMemory<byte>> PeekAsync(int count, CancellationToken cancellationToken)
    {
        while (_end - _start < count && await FillAsync(cancellationToken))
        {
        }

        return _buffer.AsMemory(_start, _end - _start);
    }

    /// <summary>Reads and searches all that is left.</summary>
    internal async ValueTask DrainAsync(CancellationToken cancellationToken)
    {
        do
        {
            _start = _end;
        }
        while (await FillAsync(cancellationToken));
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_start == _end && !await FillAsync(cancellationToken))
        {
            return 0;
        }

        var count = Math.Min(buffer.Length, _end - _start);
        _buffer.AsMemory(_start, count).CopyTo(buffer);
        _start += count;
        return count;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing && !_isDisposed)
        {
            _isDisposed = true;
            _buffer.AsSpan(0, _end).Clear();
            ArrayPool<byte>.Shared.Return(_buffer);
        }

        base.Dispose(disposing);
    }

    private async ValueTask<bool> FillAsync(CancellationToken cancellationToken)
    {
        if (_end == _buffer.Length)
        {
            var drop = Math.Max(0, _start - Kept);
            _buffer.AsSpan(drop, _end - drop).CopyTo(_buffer);
            _base += drop;
            _start -= drop;
            _end -= drop;
        }

        var wanted = budget?.Allow(_buffer.Length - _end) ?? _buffer.Length - _end;
        var count = 0;
        try
        {
            count = wanted == 0 ? 0 : await source.ReadAsync(_buffer.AsMemory(_end, wanted), cancellationToken);
        }
        catch
        {
            HasFailed = true;
            throw;
        }

        budget?.Take(count);
        scanner.Append(_buffer.AsSpan(_end, count));
        _end += count;
        return count > 0;
    }
}
