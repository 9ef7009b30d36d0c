using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Cofferdam.Model;

namespace Cofferdam.Engine;

/// <summary>A commit or an annotated tag, taken apart into its signature and what it is of.</summary>
internal sealed class GitObject
{
    private const string TagSignatureBegin = "-----BEGIN ";
    private const string Sha1Header = "gpgsig";
    private const string Sha256Header = "gpgsig-sha256";

    private static readonly Encoding _bytes = Encoding.Latin1; // each byte a character: names and messages may be in any encoding

    private GitObject(string signature, string signed) => (Signature, Signed) = (signature, _bytes.GetBytes(signed));

    /// <summary>The armored signature; empty where there is none.</summary>
    public string Signature { get; }

    /// <summary>What was signed.</summary>
    public byte[] Signed { get; }

    /// <summary>Reads an object; throws where it is not the one of a hash.</summary>
    /// <param name="kind"><c>commit</c> or <c>tag</c>.</param>
    /// <param name="content">The object.</param>
    /// <param name="hash">Its hash.</param>
    public static GitObject Parse(string kind, byte[] content, string hash)
    {
        byte[] whole = [.. Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{kind} {content.Length}\0")), .. content];
        if (Convert.ToHexStringLower(hash.Length == 64 ? SHA256.HashData(whole) : Sha1(whole)) != hash)
        {
            throw new SignatureException($"the {kind} does not have hash {hash}");
        }

        return kind == "tag" ? ParseTag(_bytes.GetString(content)) : ParseCommit(_bytes.GetString(content), hash.Length == 64 ? Sha256Header : Sha1Header);
    }

#pragma warning disable CA5350 // the name of most objects is made with SHA-1
    private static byte[] Sha1(byte[] content) => SHA1.HashData(content);
#pragma warning restore CA5350

    // The signature follows the message.
    private static GitObject ParseTag(string text)
    {
        var start = text.IndexOf("\n\n", StringComparison.Ordinal);
        while (start >= 0)
        {
            var begin = text.IndexOf('\n' + TagSignatureBegin, start, StringComparison.Ordinal);
            if (begin < 0)
            {
                break;
            }

            var line = text[(begin + 1)..].Split('\n', 2)[0];
            if (line is "-----BEGIN PGP SIGNATURE-----" or "-----BEGIN SSH SIGNATURE-----")
            {
                return new GitObject(text[(begin + 1)..], text[..(begin + 1)]);
            }

            start = begin + 1;
        }

        return new GitObject(string.Empty, text);
    }

    // The signature is a header; its further lines begin with a space.
    private static GitObject ParseCommit(string text, string header)
    {
        var end = text.IndexOf("\n\n", StringComparison.Ordinal);
        var headers = end < 0 ? text : text[..end];
        var signature = new List<string>();
        var signed = new List<string>();
        var current = string.Empty;
        foreach (var line in headers.Split('\n'))
        {
            var isMore = line.StartsWith(' ');
            current = isMore ? current : line.Split(' ', 2)[0];
            if (current is not (Sha1Header or Sha256Header))
            {
                signed.Add(line);
            }
            else if (current == header)
            {
                signature.Add(isMore ? line[1..] : line[header.Length..].TrimStart(' '));
            }
        }

        return new GitObject(string.Join('\n', signature), string.Join('\n', signed) + (end < 0 ? string.Empty : text[end..]));
    }
}
