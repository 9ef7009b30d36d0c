using System.Buffers;
using Cofferdam.Secrets.Search;

namespace Cofferdam.Secrets;

/// <summary>Searches one stream that comes in pieces of any size. Takes a fixed buffer and nothing for a piece. For one thread at a time.</summary>
public sealed partial class SecretScanner : IDisposable
{
    /// <summary>More matches of one stream than this are not told apart.</summary>
    public const int MostMatches = 1024;

    private const int BlockBytes = 128 * 1024;

    private readonly PatternTable _table;
    private readonly int _reach;
    private readonly int _size;
    private readonly List<FoundPattern> _found = [];
    private byte[]? _buffer;
    private long _base;
    private int _filled;
    private int _used;
    private int _scanned;

    internal SecretScanner(PatternTable table)
    {
        _table = table;
        table.Lease();

        // A break and the words about it are looked at together with a match's bytes.
        _reach = (table.MostExtent + 256) & ~3;
        _size = BlockBytes + (2 * _reach);
        _buffer = ArrayPool<byte>.Shared.Rent(_size);
    }

    /// <summary>Bytes that came in.</summary>
    public long Length => _base + _filled;

    /// <summary>Whether there were <see cref="MostMatches"/>; the rest of the stream is then not searched.</summary>
    public bool IsSaturated => _found.Count == MostMatches;

    /// <summary>What was found so far, without regard to which match is part of another.</summary>
    internal IReadOnlyList<FoundPattern> Found => _found;

    /// <summary>Searches the next bytes. A match may be seen only some hundred kilobytes later, or by <see cref="Finish"/>.</summary>
    public void Append(ReadOnlySpan<byte> bytes)
    {
        ObjectDisposedException.ThrowIf(_buffer is null, this);
        while (!bytes.IsEmpty)
        {
            if (IsSaturated || _table.Count == 0)
            {
                _base += bytes.Length;
                return;
            }

            if (_filled == _size)
            {
                Scan((_filled - _reach) & ~3);
                Compact();
                continue;
            }

            var take = Math.Min(bytes.Length, _size - _filled);
            bytes[..take].CopyTo(_buffer.AsSpan(_filled));
            _filled += take;
            _used = Math.Max(_used, _filled);
            bytes = bytes[take..];
        }
    }

    /// <summary>Searches what is left and gives all matches in the order of the stream: of matches of one secret that overlap the longest.</summary>
    public IReadOnlyList<SecretMatch> Finish()
    {
        ObjectDisposedException.ThrowIf(_buffer is null, this);
        Scan(_filled & ~3);
        return MatchList.Of(_table, _found);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _buffer, null) is { } buffer)
        {
            buffer.AsSpan(0, _used).Clear();
            ArrayPool<byte>.Shared.Return(buffer);
            _table.Dispose();
        }
    }

    private void Compact()
    {
        var start = Math.Max(0, _scanned - _reach) & ~3;
        _buffer.AsSpan(start, _filled - start).CopyTo(_buffer);
        _base += start;
        _filled -= start;
        _scanned -= start;
    }
}
