using System.Security.Cryptography;
using Cofferdam.Model;
using Org.BouncyCastle.Bcpg;

namespace Cofferdam.Engine;

/// <summary>Verifies detached signatures of OpenPGP, by the rules of BuildKit (util/pgpsign).</summary>
/// <param name="signature">The armored signature.</param>
/// <param name="publicKeys">Armored public keys, one block after another.</param>
/// <param name="rejectsExpired">Whether keys must be good now, not just when the signature was made.</param>
/// <param name="now">The time.</param>
internal sealed class OpenPgpVerifier(string signature, string publicKeys, bool rejectsExpired, DateTimeOffset now)
{
    private static readonly TimeSpan _clockDifference = TimeSpan.FromMinutes(5);

    /// <summary>Throws a <see cref="SignatureException"/> where one of the keys did not make the signature of some content.</summary>
    public async Task VerifyAsync(Stream content, CancellationToken cancellationToken)
    {
        var certificates = OpenPgpCertificate.ReadAll(publicKeys);
        var signatures = ArmoredBlock.ReadAll(signature).FirstOrDefault() is { Label: "PGP SIGNATURE" } block
            ? OpenPgpPackets.Read(block.Content).OfType<SignaturePacket>().Select(static packet => new OpenPgpSignature(packet)).ToList()
            : [];
        if (signatures.Count == 0)
        {
            throw new SignatureException("there is no signature of OpenPGP");
        }

        foreach (var made in signatures)
        {
            if (certificates.Select(certificate => (Certificate: certificate, Signer: certificate.FindSigner(made))).FirstOrDefault(static found => found.Signer is not null) is ({ } certificate, { } signer))
            {
                await VerifyAsync(made, certificate, signer, content, cancellationToken);
                return;
            }
        }

        throw new SignatureException($"it was made with key {signatures[0].Issuer}, which is not among the public keys that may sign");
    }

    private async Task VerifyAsync(OpenPgpSignature made, OpenPgpCertificate certificate, OpenPgpPart signer, Stream content, CancellationToken cancellationToken)
    {
        if (!made.IsUnderstood || made.Type is not (OpenPgpSignature.Binary or OpenPgpSignature.Text))
        {
            throw new SignatureException("it is of a kind that is not known");
        }

        if (made.Hash is not { } name || name == HashAlgorithmName.SHA1)
        {
            throw new SignatureException("its hash is weak or not known");
        }

        if (made.Algorithm is not (PublicKeyAlgorithmTag.RsaGeneral or PublicKeyAlgorithmTag.RsaSign or PublicKeyAlgorithmTag.ECDsa or PublicKeyAlgorithmTag.EdDsa_Legacy))
        {
            throw new SignatureException("the algorithm of its key is not one of RSA, ECDSA and EdDSA");
        }

        using var hash = IncrementalHash.CreateHash(name);
        await FeedAsync(hash, content, made.Type == OpenPgpSignature.Text, cancellationToken);
        if (!made.IsBy(signer.Key!, hash))
        {
            throw new SignatureException($"it is not the one that key {made.Issuer} would make of this content");
        }

        certificate.Check(made, signer, rejectsExpired ? now : made.Created);
        if (made.Created > now + _clockDifference)
        {
            throw new SignatureException("it is from the future");
        }
    }

    // Of text the lines end with CR and LF.
    private static async Task FeedAsync(IncrementalHash hash, Stream content, bool isText, CancellationToken cancellationToken)
    {
        var buffer = new byte[128 * 1024];
        var last = (byte)0;
        int read;
        while ((read = await content.ReadAsync(buffer, cancellationToken)) > 0)
        {
            if (!isText)
            {
                hash.AppendData(buffer, 0, read);
                continue;
            }

            var lines = new List<byte>(read + 1024);
            foreach (var one in buffer.AsSpan(0, read))
            {
                if (one == '\n' && last != '\r')
                {
                    lines.Add((byte)'\r');
                }

                lines.Add(one);
                last = one;
            }

            hash.AppendData([.. lines]);
        }
    }
}
