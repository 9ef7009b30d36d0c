using System.Buffers.Binary;
using System.Text;

namespace Cofferdam.Model;

/// <summary>Reads ssh's data types (RFC 4251, 5). Throws <see cref="InvalidDataException"/> at the end of what there is.</summary>
public ref struct SshReader(ReadOnlySpan<byte> data)
{
    private ReadOnlySpan<byte> _rest = data;

    /// <summary>Whether nothing is left.</summary>
    public readonly bool IsAtEnd => _rest.IsEmpty;

    /// <summary>One byte.</summary>
    public byte Byte() => Take(1)[0];

    /// <summary>A number of 32 bits.</summary>
    public uint Number() => BinaryPrimitives.ReadUInt32BigEndian(Take(sizeof(uint)));

    /// <summary>Bytes with their length before them.</summary>
    public ReadOnlySpan<byte> Bytes() => Take(checked((int)Math.Min(Number(), int.MaxValue)));

    /// <summary>Bytes with their length before them, as text.</summary>
    public string Text() => Encoding.UTF8.GetString(Bytes());

    /// <summary>A number that is not negative, as big-endian bytes without leading zeros.</summary>
    public byte[] Integer() => Bytes().TrimStart((byte)0).ToArray();

    /// <summary>Bytes without a length.</summary>
    public ReadOnlySpan<byte> Take(int count)
    {
        if (count > _rest.Length)
        {
            throw new InvalidDataException("it is cut off");
        }

        var taken = _rest[..count];
        _rest = _rest[count..];
        return taken;
    }
}
