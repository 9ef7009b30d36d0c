using System.Security.Cryptography;
using Cofferdam.Model;

namespace Cofferdam.Registry.Transfers;

/// <summary>Computes digests by any algorithm a digest may name.</summary>
internal static class ContentDigest
{
    internal static Digest Of(ReadOnlySpan<byte> content, string algorithm) => algorithm switch
    {
        "sha512" => Digest.Parse("sha512:" + Convert.ToHexStringLower(SHA512.HashData(content))),
        "sha384" => Digest.Parse("sha384:" + Convert.ToHexStringLower(SHA384.HashData(content))),
        _ => Digest.Of(content),
    };
}
