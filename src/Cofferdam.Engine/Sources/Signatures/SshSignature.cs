using System.Security.Cryptography;
using Cofferdam.Model;

namespace Cofferdam.Engine;

/// <summary>A detached signature of ssh (OpenSSH PROTOCOL.sshsig).</summary>
internal static class SshSignature
{
    public const string Label = "SSH SIGNATURE";

    private const uint KnownVersion = 1;

    private static ReadOnlySpan<byte> Magic => "SSHSIG"u8;

    /// <summary>Throws a <see cref="SignatureException"/> where a key did not make the signature of some content.</summary>
    /// <param name="content">What was signed.</param>
    /// <param name="signature">The armored signature.</param>
    /// <param name="publicKey">The key in the form of authorized_keys.</param>
    /// <param name="purpose">What the signature must be for: git's are for <c>git</c>.</param>
    public static void Verify(byte[] content, string signature, string publicKey, string purpose)
    {
        var block = ArmoredBlock.ReadAll(signature).FirstOrDefault() is { Label: Label } found ? found : throw new SignatureException("there is no signature of ssh");
        var key = SshPublicKey.Parse(publicKey);
        try
        {
            Verify(content, block.Content, key, purpose);
        }
        catch (Exception error) when (error is InvalidDataException or OverflowException)
        {
            throw new SignatureException("it is cut off", error);
        }
    }

    private static void Verify(byte[] content, byte[] signature, SshPublicKey key, string purpose)
    {
        var reader = new SshReader(signature);
        if (!reader.Take(Magic.Length).SequenceEqual(Magic) || reader.Number() != KnownVersion)
        {
            throw new SignatureException("it is of a version that is not known");
        }

        var signer = reader.Bytes();
        var stated = reader.Text();
        var reserved = reader.Bytes();
        var hashName = reader.Text();
        var value = reader.Bytes();
        if (stated != purpose)
        {
            throw new SignatureException($"it is for {Quote.Text(stated)}, not for {Quote.Text(purpose)}");
        }

        if (!signer.SequenceEqual(key.Encoded))
        {
            throw new SignatureException("it was made with another key");
        }

        var hash = hashName switch
        {
            "sha256" => SHA256.HashData(content),
            "sha512" => SHA512.HashData(content),
            _ => throw new SignatureException("its hash is not known"),
        };
        var signed = new SshWriter().Raw(Magic).Text(stated).Bytes(reserved).Text(hashName).Bytes(hash).ToArray();
        if (!key.Verify(value, signed))
        {
            throw new SignatureException("it is not the one that its key would make of this content");
        }
    }
}
