using Cofferdam.Model;

namespace Cofferdam.Storage.Layers;

/// <summary>Reads a tar archive from a stream, entry by entry: ustar, PAX, GNU long names, sparse files. Names and attributes may be any bytes.</summary>
/// <remarks>It trusts nothing: sizes of headers are bounded and numbers checked. What names and links say is for the caller to judge.</remarks>
public sealed partial class TarReader(Stream stream)
{
    // Go's archive/tar bounds special headers so.
    private const int MaxSpecialBytes = 1 << 20;
    private const int BufferBytes = 128 * 1024;

    private readonly byte[] _buffer = new byte[BufferBytes];
    private int _start;
    private int _end;
    private long _remaining;
    private long _padding;

    /// <summary>The next entry, what is left of the last one passed over; null at the end of the archive.</summary>
    public async ValueTask<TarEntry?> NextAsync(CancellationToken cancellationToken)
    {
        var special = new SpecialHeaders();
        while (true)
        {
            await SkipAsync(_remaining + _padding, cancellationToken);
            (_remaining, _padding) = (0, 0);
            if (!await FillAsync(TarHeaderBlock.Size, cancellationToken))
            {
                return _end == _start ? null : throw new InvalidInputException("read a tar archive: it ends within a header");
            }

            var block = _buffer.AsMemory(_start, TarHeaderBlock.Size);
            _start += TarHeaderBlock.Size;
            if (!block.Span.ContainsAnyExcept((byte)0))
            {
                return null;
            }

            if (!TarHeaderBlock.HasValidChecksum(block.Span))
            {
                throw new InvalidInputException("read a tar archive: a header's checksum is wrong");
            }

            var type = (char)block.Span[TarHeaderBlock.TypeAt];
            if (type is 'x' or 'g' or 'L' or 'K')
            {
                await ReadSpecialAsync(type, block, special, cancellationToken);
                continue;
            }

            return type == 'S'
                ? await ReadOldSparseAsync(block.ToArray(), special, cancellationToken)
                : await ReadEntryAsync(block, type, special, cancellationToken);
        }
    }

    /// <summary>Reads the current file's bytes as the archive has them (of a sparse file, just its pieces, one after the other); 0 at their end.</summary>
    public async ValueTask<int> ReadAsync(Memory<byte> destination, CancellationToken cancellationToken)
    {
        if (_remaining == 0 || destination.IsEmpty)
        {
            return 0;
        }

        var wanted = (int)Math.Min(destination.Length, _remaining);
        int read;
        if (_end > _start)
        {
            read = Math.Min(wanted, _end - _start);
            _buffer.AsMemory(_start, read).CopyTo(destination);
            _start += read;
        }
        else
        {
            read = await stream.ReadAsync(destination[..wanted], cancellationToken);
        }

        _remaining -= read;
        return read > 0 ? read : throw new InvalidInputException("read a tar archive: it ends within a file");
    }

    /// <summary>Reads what follows the archive's end, so that a digest covers all of the stream.</summary>
    public async ValueTask DrainAsync(CancellationToken cancellationToken)
    {
        do
        {
            _start = 0;
            _end = await stream.ReadAsync(_buffer, cancellationToken);
        }
        while (_end > 0);
    }

    private async ValueTask ReadSpecialAsync(char type, ReadOnlyMemory<byte> block, SpecialHeaders special, CancellationToken cancellationToken)
    {
        var size = TarHeaderBlock.ParseNumber(block.Span[TarHeaderBlock.Length], "size");
        if (size is < 0 or > MaxSpecialBytes)
        {
            throw new InvalidInputException($"read a tar archive: a header of {size} bytes is larger than {MaxSpecialBytes}");
        }

        var data = new byte[size];
        SetContent(size);
        for (var at = 0; at < data.Length;)
        {
            at += await ReadAsync(data.AsMemory(at), cancellationToken);
        }

        switch (type)
        {
            case 'x':
                special.Records.AddRange(PaxRecords.Parse(data));
                break;
            case 'L':
                special.LongName = TarHeaderBlock.ParseText(data);
                break;
            case 'K':
                special.LongLink = TarHeaderBlock.ParseText(data);
                break;
        }
    }

    private void SetContent(long size)
    {
        _remaining = size;
        _padding = -size & (TarHeaderBlock.Size - 1);
    }

    private async ValueTask SkipAsync(long count, CancellationToken cancellationToken)
    {
        while (count > 0)
        {
            if (_end == _start && !await FillAsync(1, cancellationToken))
            {
                throw new InvalidInputException("read a tar archive: it ends within a file");
            }

            var step = (int)Math.Min(count, _end - _start);
            _start += step;
            count -= step;
        }
    }

    /// <summary>Makes at least that many bytes ready; false when the stream ends before.</summary>
    private async ValueTask<bool> FillAsync(int count, CancellationToken cancellationToken)
    {
        while (_end - _start < count)
        {
            if (_buffer.Length - _start < count || _start == _end)
            {
                _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
                (_start, _end) = (0, _end - _start);
            }

            var read = await stream.ReadAsync(_buffer.AsMemory(_end), cancellationToken);
            if (read == 0)
            {
                return false;
            }

            _end += read;
        }

        return true;
    }

    /// <summary>What came before an entry to describe it.</summary>
    private sealed class SpecialHeaders
    {
        internal List<KeyValuePair<string, byte[]>> Records { get; } = [];

        internal string? LongName { get; set; }

        internal string? LongLink { get; set; }

        /// <summary>The last value of a key; an empty one takes back earlier ones.</summary>
        internal byte[]? Find(string key) => Records.FindLast(record => record.Key == key).Value is { Length: > 0 } value ? value : null;
    }
}
