using System.Text;

namespace Cofferdam.Protocol.Http2;

/// <summary>Reads header blocks (RFC 7541). One for each direction of a connection; the blocks must all pass through it, in order.</summary>
internal sealed class HpackDecoder(int listBytes)
{
    // The size this side announces by not sending SETTINGS_HEADER_TABLE_SIZE.
    private const int TableBytes = 4096;

    private readonly HpackDynamicTable _table = new(TableBytes);

    /// <summary>Reads a whole block. Null when the list is larger than is taken; the connection is sound then all the same.</summary>
    public List<HeaderField>? Decode(ReadOnlySpan<byte> block)
    {
        List<HeaderField>? fields = new(16);
        var size = 0L;
        var isFirst = true;
        while (!block.IsEmpty)
        {
            var kind = block[0];
            if ((kind & 0xe0) == 0x20)
            {
                if (!isFirst || !_table.TryResize(ReadInteger(ref block, 5)))
                {
                    throw Invalid("table size update");
                }

                continue;
            }

            isFirst = false;
            var field = ReadField(ref block, kind);
            size += field.Size;
            if (size > listBytes)
            {
                fields = null;
            }

            fields?.Add(field);
        }

        return fields;
    }

    private HeaderField ReadField(ref ReadOnlySpan<byte> block, byte kind)
    {
        if ((kind & 0x80) != 0)
        {
            return Lookup(ReadInteger(ref block, 7));
        }

        var isRemembered = (kind & 0x40) != 0;
        var index = ReadInteger(ref block, isRemembered ? 6 : 4);
        var name = index == 0 ? ReadString(ref block) : Lookup(index).Name;
        var field = new HeaderField(name, ReadString(ref block));
        if (isRemembered)
        {
            _table.Add(field);
        }

        return field;
    }

    private HeaderField Lookup(int index)
    {
        if (index <= 0 || index > HpackStaticTable.Count + _table.Count)
        {
            throw Invalid("index");
        }

        return index <= HpackStaticTable.Count ? HpackStaticTable.Get(index) : _table.Get(index - HpackStaticTable.Count - 1);
    }

    private static string ReadString(ref ReadOnlySpan<byte> block)
    {
        if (block.IsEmpty)
        {
            throw Invalid("string");
        }

        var isHuffman = (block[0] & 0x80) != 0;
        var length = ReadInteger(ref block, 7);
        if (length > block.Length)
        {
            throw Invalid("string");
        }

        var bytes = block[..length];
        block = block[length..];
        return isHuffman ? HuffmanCode.Decode(bytes) : Encoding.UTF8.GetString(bytes);
    }

    // RFC 7541 section 5.1.
    private static int ReadInteger(ref ReadOnlySpan<byte> block, int prefixBits)
    {
        var mask = (1 << prefixBits) - 1;
        var value = (long)(block[0] & mask);
        block = block[1..];
        if (value < mask)
        {
            return (int)value;
        }

        for (var shift = 0; shift <= 28; shift += 7)
        {
            if (block.IsEmpty)
            {
                throw Invalid("integer");
            }

            var next = block[0];
            block = block[1..];
            value += (long)(next & 0x7f) << shift;
            if ((next & 0x80) == 0)
            {
                return value <= int.MaxValue ? (int)value : throw Invalid("integer");
            }
        }

        throw Invalid("integer");
    }

    private static Http2ConnectionException Invalid(string what) => new(Http2ErrorCode.CompressionError, $"invalid {what} in a header block");
}
