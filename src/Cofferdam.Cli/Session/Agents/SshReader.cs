using System.Buffers.Binary;
using System.Text;

namespace Cofferdam.Cli.Session.Agents;

/// <summary>Reads ssh's data types (RFC 4251, 5). Throws <see cref="InvalidDataException"/> at the end of what there is.</summary>
internal ref struct SshReader(ReadOnlySpan<byte> data)
{
    private ReadOnlySpan<byte> _rest = data;

    public readonly bool IsAtEnd => _rest.IsEmpty;

    public uint Number() => BinaryPrimitives.ReadUInt32BigEndian(Take(sizeof(uint)));

    public ReadOnlySpan<byte> Bytes() => Take(checked((int)Math.Min(Number(), int.MaxValue)));

    public string Text() => Encoding.UTF8.GetString(Bytes());

    /// <summary>A number that is not negative, as big-endian bytes without leading zeros.</summary>
    public byte[] Integer() => Bytes().TrimStart((byte)0).ToArray();

    private ReadOnlySpan<byte> Take(int count)
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
