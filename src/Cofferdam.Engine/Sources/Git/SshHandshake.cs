using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Cofferdam.Model;

namespace Cofferdam.Engine;

/// <summary>The beginning of an ssh connection (RFC 4253, 5656, 8731), up to the server's key. What is agreed upon is never used: no secret is made.</summary>
internal sealed class SshHandshake(Stream stream)
{
    private const byte Disconnect = 1;
    private const byte KeyExchangeInit = 20;
    private const byte KeyExchangeEcdhInit = 30;
    private const byte KeyExchangeEcdhReply = 31;
    private const int CookieBytes = 16;
    private const int MaximumPacket = 35_000; // RFC 4253, 6.1
    private const int MaximumLines = 50;
    private const int MaximumPackets = 20;

    private static readonly string[] _exchanges = ["curve25519-sha256", "curve25519-sha256@libssh.org", "ecdh-sha2-nistp256", "ecdh-sha2-nistp384", "ecdh-sha2-nistp521"];

    // A server must find one in each list that it has as well; but for the first two nothing comes of it.
    private static readonly string[] _offers =
    [
        string.Join(',', _exchanges),
        "ssh-ed25519,ecdsa-sha2-nistp256,ecdsa-sha2-nistp384,ecdsa-sha2-nistp521,rsa-sha2-512,rsa-sha2-256",
        Ciphers, Ciphers, Codes, Codes, "none", "none", string.Empty, string.Empty,
    ];

    private const string Ciphers = "chacha20-poly1305@openssh.com,aes128-gcm@openssh.com,aes256-gcm@openssh.com,aes128-ctr,aes192-ctr,aes256-ctr";
    private const string Codes = "hmac-sha2-256-etm@openssh.com,hmac-sha2-512-etm@openssh.com,hmac-sha2-256,hmac-sha2-512,hmac-sha1";

    /// <summary>The server's key in ssh's form; null where the server ends it before.</summary>
    public async Task<byte[]?> RunAsync(CancellationToken cancellationToken)
    {
        await stream.WriteAsync("SSH-2.0-cofferdam\r\n"u8.ToArray(), cancellationToken);
        await ReadVersionAsync(cancellationToken);
        await SendAsync(Offer(), cancellationToken);
        if (await ReceiveAsync(KeyExchangeInit, cancellationToken) is not { } answer || Choose(answer) is not { } exchange)
        {
            return null;
        }

        await SendAsync(new SshWriter().Byte(KeyExchangeEcdhInit).Bytes(Ephemeral(exchange)).ToArray(), cancellationToken);
        return await ReceiveAsync(KeyExchangeEcdhReply, cancellationToken) is { } reply ? new SshReader(reply).Bytes().ToArray() : null;
    }

    private static byte[] Offer()
    {
        var offer = new SshWriter().Byte(KeyExchangeInit).Raw(RandomNumberGenerator.GetBytes(CookieBytes));
        foreach (var list in _offers)
        {
            offer.Text(list);
        }

        return offer.Byte(0).Number(0).ToArray(); // no packet follows by guess
    }

    private static string? Choose(byte[] answer)
    {
        var reader = new SshReader(answer);
        reader.Take(CookieBytes);
        var known = reader.Text().Split(',');
        return _exchanges.FirstOrDefault(known.Contains);
    }

    // Any 32 bytes are a point of Curve25519.
    private static byte[] Ephemeral(string exchange)
    {
        if (exchange.StartsWith("curve25519", StringComparison.Ordinal))
        {
            return RandomNumberGenerator.GetBytes(32);
        }

        using var key = ECDiffieHellman.Create(exchange[^3..] switch { "256" => ECCurve.NamedCurves.nistP256, "384" => ECCurve.NamedCurves.nistP384, _ => ECCurve.NamedCurves.nistP521 });
        var point = key.ExportParameters(includePrivateParameters: false).Q;
        return [4, .. point.X!, .. point.Y!]; // 4: not compressed
    }

    // Lines may go before the one with the version.
    private async Task ReadVersionAsync(CancellationToken cancellationToken)
    {
        var line = new List<byte>();
        var one = new byte[1];
        for (var lines = 0; lines < MaximumLines;)
        {
            await stream.ReadExactlyAsync(one, cancellationToken);
            line.Add(one[0]);
            if (one[0] == '\n')
            {
                if (Encoding.ASCII.GetString([.. line]).StartsWith("SSH-2.0-", StringComparison.Ordinal) || Encoding.ASCII.GetString([.. line]).StartsWith("SSH-1.99-", StringComparison.Ordinal))
                {
                    return;
                }

                lines++;
                line.Clear();
            }
            else if (line.Count > 255)
            {
                break;
            }
        }

        throw new InvalidDataException("it is no ssh server");
    }

    private async Task SendAsync(byte[] payload, CancellationToken cancellationToken)
    {
        const int Block = 8;
        const int LeastPadding = 4;
        var padding = Block - ((sizeof(uint) + 1 + payload.Length) % Block);
        padding += padding < LeastPadding ? Block : 0;
        var packet = new SshWriter().Number((uint)(1 + payload.Length + padding)).Byte((byte)padding).Raw(payload).Raw(new byte[padding]).ToArray();
        await stream.WriteAsync(packet, cancellationToken);
    }

    // The payload behind the message's number; others that go before it are passed over.
    private async Task<byte[]?> ReceiveAsync(byte wanted, CancellationToken cancellationToken)
    {
        var header = new byte[sizeof(uint) + 1];
        for (var i = 0; i < MaximumPackets; i++)
        {
            await stream.ReadExactlyAsync(header, cancellationToken);
            var length = BinaryPrimitives.ReadUInt32BigEndian(header);
            var padding = header[^1];
            if (length > MaximumPacket || length < padding + 2u)
            {
                throw new InvalidDataException("a packet of ssh has a wrong length");
            }

            var rest = new byte[length - 1];
            await stream.ReadExactlyAsync(rest, cancellationToken);
            if (rest[0] == wanted)
            {
                return rest[1..^padding];
            }

            if (rest[0] == Disconnect)
            {
                return null;
            }
        }

        return null;
    }
}
