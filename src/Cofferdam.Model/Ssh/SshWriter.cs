using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace Cofferdam.Model;

/// <summary>Writes ssh's data types (RFC 4251, 5).</summary>
public sealed class SshWriter
{
    private readonly ArrayBufferWriter<byte> _buffer = new();

    /// <summary>All that was written.</summary>
    public byte[] ToArray() => _buffer.WrittenSpan.ToArray();

    /// <summary>One byte.</summary>
    public SshWriter Byte(byte value)
    {
        _buffer.Write([value]);
        return this;
    }

    /// <summary>A number of 32 bits.</summary>
    public SshWriter Number(uint value)
    {
        BinaryPrimitives.WriteUInt32BigEndian(_buffer.GetSpan(sizeof(uint)), value);
        _buffer.Advance(sizeof(uint));
        return this;
    }

    /// <summary>Bytes without a length.</summary>
    public SshWriter Raw(ReadOnlySpan<byte> value)
    {
        _buffer.Write(value);
        return this;
    }

    /// <summary>Bytes with their length before them.</summary>
    public SshWriter Bytes(ReadOnlySpan<byte> value)
    {
        Number((uint)value.Length);
        _buffer.Write(value);
        return this;
    }

    /// <summary>Text with its length in bytes before it.</summary>
    public SshWriter Text(string value) => Bytes(Encoding.UTF8.GetBytes(value));

    /// <summary>A number that is not negative, from its big-endian bytes.</summary>
    public SshWriter Integer(ReadOnlySpan<byte> value)
    {
        value = value.TrimStart((byte)0);
        return value.Length > 0 && (value[0] & 0x80) != 0 ? Bytes([0, .. value]) : Bytes(value);
    }
}
