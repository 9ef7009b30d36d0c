using System.Buffers.Binary;
using Cofferdam.Model;

namespace Cofferdam.Cli.Session.Agents;

/// <summary>Messages of the ssh agent protocol (draft-ietf-sshm-ssh-agent): a length, a number that tells what it is, and the rest.</summary>
internal static class AgentMessage
{
    public const byte Failure = 5;
    public const byte ListKeys = 11;
    public const byte Keys = 12;
    public const byte Sign = 13;
    public const byte Signature = 14;

    // OpenSSH's agent takes no longer ones either.
    private const int MaximumBytes = 256 * 1024;

    /// <summary>The next message without its length; null at the end. Throws <see cref="InvalidDataException"/> for one that is too long.</summary>
    public static async Task<byte[]?> ReadAsync(Stream stream, CancellationToken cancellationToken)
    {
        var header = new byte[sizeof(uint)];
        var read = await stream.ReadAtLeastAsync(header, header.Length, throwOnEndOfStream: false, cancellationToken);
        if (read < header.Length)
        {
            return null;
        }

        var length = BinaryPrimitives.ReadUInt32BigEndian(header);
        if (length is 0 or > MaximumBytes)
        {
            throw new InvalidDataException($"a message of an ssh agent has {length} bytes");
        }

        var message = new byte[length];
        await stream.ReadExactlyAsync(message, cancellationToken);
        return message;
    }

    /// <summary>Writes a message with its length.</summary>
    public static async Task WriteAsync(Stream stream, byte[] message, CancellationToken cancellationToken)
    {
        await stream.WriteAsync(new SshWriter().Bytes(message).ToArray(), cancellationToken);
        await stream.FlushAsync(cancellationToken);
    }
}
