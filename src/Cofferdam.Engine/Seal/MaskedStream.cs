using System.Buffers;
using Cofferdam.Secrets;

namespace Cofferdam.Engine;

/// <summary>Passes output on with secrets replaced. Lines are passed on when they are whole and have waited a moment, so that a value in several pieces or lines is seen whole. Thread-safe.</summary>
internal sealed class MaskedStream : IDisposable
{
    private const int LeastCapacity = 64 * 1024;

    private static readonly TimeSpan Wait = TimeSpan.FromMilliseconds(100);

    private readonly SecretSearch _search;
    private readonly Action<SecretMatch> _found;
    private readonly Action<ReadOnlyMemory<byte>> _target;
    private readonly Lock _lock = new(); // guards what follows
    private readonly ITimer _timer;
    private readonly byte[] _buffer;
    private int _shown; // before it is what was passed on already
    private int _length;
    private long _start; // of the buffer, in the stream
    private long _told; // findings that end before it were told
    private bool _isWaiting;
    private bool _isDisposed;

    /// <summary>Begins.</summary>
    /// <param name="search">What is replaced.</param>
    /// <param name="found">Takes what was replaced, its offset being that in the stream.</param>
    /// <param name="target">Takes what is left.</param>
    /// <param name="clock">Says when a moment is over.</param>
    public MaskedStream(SecretSearch search, Action<SecretMatch> found, Action<ReadOnlyMemory<byte>> target, TimeProvider clock)
    {
        (_search, _found, _target) = (search, found, target);
        _buffer = new byte[Math.Max(LeastCapacity, 4 * search.LongestMatch)];
        _timer = clock.CreateTimer(static state => ((MaskedStream)state!).PassOnLines(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    private static ReadOnlySpan<byte> Mask => "*****"u8;

    /// <summary>Takes the next bytes.</summary>
    public void Append(ReadOnlySpan<byte> data)
    {
        lock (_lock)
        {
            while (!data.IsEmpty)
            {
                var take = Math.Min(data.Length, _buffer.Length - _length);
                data[..take].CopyTo(_buffer.AsSpan(_length));
                _length += take;
                data = data[take..];
                if (_length == _buffer.Length)
                {
                    PassOn(_length - _search.LongestMatch);
                }
            }

            if (!_isWaiting && _length > _shown)
            {
                _isWaiting = true;
                _timer.Change(Wait, Timeout.InfiniteTimeSpan);
            }
        }
    }

    /// <summary>Passes on what is left: there will be no more.</summary>
    public void Complete()
    {
        lock (_lock)
        {
            PassOn(_length);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_lock)
        {
            _isDisposed = true;
            _timer.Dispose();
            _buffer.AsSpan().Clear();
        }
    }

    private void PassOnLines()
    {
        lock (_lock)
        {
            _isWaiting = false;
            if (!_isDisposed)
            {
                var lines = _shown + _buffer.AsSpan(_shown, _length - _shown).LastIndexOfAny((byte)'\n', (byte)'\r') + 1;
                PassOn(Math.Max(lines, _length - _search.LongestMatch));
            }
        }
    }

    private void PassOn(int end)
    {
        if (end <= _shown)
        {
            return;
        }

        var output = new ArrayBufferWriter<byte>(end - _shown + Mask.Length);
        var at = _shown;
        foreach (var match in Find())
        {
            var (first, last) = ((int)match.Offset, (int)match.Offset + match.Length);
            if (first >= end)
            {
                break;
            }

            if (last <= at)
            {
                continue;
            }

            if (_start + last > _told)
            {
                _told = _start + last;
                _found(match with { Offset = _start + match.Offset });
            }

            output.Write(_buffer.AsSpan(at, Math.Max(0, first - at)));
            output.Write(Mask);
            at = last;
        }

        end = Math.Max(at, end);
        output.Write(_buffer.AsSpan(at, end - at));
        _shown = end;
        Compact();
        _target(output.WrittenMemory);
    }

    private IReadOnlyList<SecretMatch> Find()
    {
        using var scanner = _search.OpenScanner();
        scanner.Append(_buffer.AsSpan(0, _length));
        return scanner.Finish();
    }

    // So much of what was passed on is kept that a value which began in it is seen.
    private void Compact()
    {
        var drop = Math.Max(0, _shown - _search.LongestMatch);
        _buffer.AsSpan(drop, _length - drop).CopyTo(_buffer);
        _buffer.AsSpan(_length - drop, drop).Clear();
        _shown -= drop;
        _length -= drop;
        _start += drop;
    }
}
