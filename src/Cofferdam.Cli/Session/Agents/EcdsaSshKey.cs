using System.Security.Cryptography;
using Cofferdam.Model;

namespace Cofferdam.Cli.Session.Agents;

/// <summary>A key on one of NIST's curves (RFC 5656).</summary>
internal sealed class EcdsaSshKey : ISshKey
{
    /// <summary>What the names of its kinds begin with; the curve's name follows.</summary>
    public const string KindPrefix = "ecdsa-sha2-";

    private readonly Lock _lock = new(); // guards _key
    private readonly ECDsa _key;
    private readonly string _kind;
    private readonly HashAlgorithmName _hash;

    public EcdsaSshKey(ECDsa key)
    {
        _key = key;
        (var curve, _hash) = key.KeySize switch
        {
            256 => ("nistp256", HashAlgorithmName.SHA256),
            384 => ("nistp384", HashAlgorithmName.SHA384),
            521 => ("nistp521", HashAlgorithmName.SHA512),
            _ => throw new InvalidDataException("its curve is not one that ssh has"),
        };
        _kind = KindPrefix + curve;
        var point = key.ExportParameters(includePrivateParameters: false).Q;
        PublicKey = new SshWriter().Text(_kind).Text(curve).Bytes([4, .. point.X!, .. point.Y!]).ToArray(); // 4: not compressed
    }

    public ReadOnlyMemory<byte> PublicKey { get; }

    public byte[] Sign(ReadOnlySpan<byte> data, uint flags)
    {
        byte[] pair;
        lock (_lock)
        {
            pair = _key.SignData(data, _hash, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
        }

        var half = pair.Length / 2;
        var numbers = new SshWriter().Integer(pair.AsSpan(0, half)).Integer(pair.AsSpan(half)).ToArray();
        return new SshWriter().Text(_kind).Bytes(numbers).ToArray();
    }
}
