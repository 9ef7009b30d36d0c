using System.Buffers.Binary;
using Cofferdam.Model;
using Org.BouncyCastle.Bcpg;

namespace Cofferdam.Engine;

/// <summary>Reads the packets that signatures and keys of OpenPGP are made of.</summary>
internal static class OpenPgpPackets
{
    /// <summary>The packets of a block.</summary>
    public static List<Packet> Read(byte[] content)
    {
        var packets = new List<Packet>();
        try
        {
            using var stream = new BcpgInputStream(new MemoryStream(content));
            while (stream.ReadPacket() is { } packet)
            {
                packets.Add(packet);
            }
        }
#pragma warning disable CA1031 // what others wrote is read; the reader says in many ways that it is wrong
        catch (Exception error)
#pragma warning restore CA1031
        {
            throw new SignatureException("a packet of OpenPGP cannot be read", error);
        }

        return packets;
    }

    /// <summary>A signature that is inside another packet, without a header of its own.</summary>
    public static SignaturePacket? ReadSignature(byte[] body)
    {
        const byte Header = 0xc2; // the new form, 2: a signature
        const byte FourBytes = 0xff;
        var packet = new byte[2 + sizeof(uint) + body.Length];
        (packet[0], packet[1]) = (Header, FourBytes);
        BinaryPrimitives.WriteUInt32BigEndian(packet.AsSpan(2), (uint)body.Length);
        body.CopyTo(packet, 2 + sizeof(uint));
        return Read(packet) is [SignaturePacket signature] ? signature : null;
    }
}
