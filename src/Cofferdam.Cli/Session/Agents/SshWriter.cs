using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace Cofferdam.Cli.Session.Agents;

/// <summary>Writes ssh's data types (RFC 4251, 5).</summary>
internal sealed class SshWriter
{
    private readonly ArrayBufferWriter<byte> _buffer = new();

    public byte[] ToArray() => _buffer.WrittenSpan.ToArray();

    public SshWriter Byte(byte value)
    {
        _buffer.Write([value]);
        return this;
    }

    public SshWriter Number(uint value)
    {
        BinaryPrimitives.WriteUInt32BigEndian(_buffer.GetSpan(sizeof(uint)), value);
        _buffer.Advance(sizeof(uint));
        return this;
    }

    public SshWriter Bytes(ReadOnlySpan<byte> value)
    {
        Number((uint)value.Length);
        _buffer.Write(value);
        return this;
    }

    public SshWriter Text(string value) => Bytes(Encoding.UTF8.GetBytes(value));

    /// <summary>A number that is not negative, from its big-endian bytes.</summary>
    public SshWriter Integer(ReadOnlySpan<byte> value)
    {
        value = value.TrimStart((byte)0);
        return value.Length > 0 && (value[0] & 0x80) != 0 ? Bytes([0, .. value]) : Bytes(value);
    }
}
