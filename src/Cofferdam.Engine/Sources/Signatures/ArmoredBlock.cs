using System.Text;
using Cofferdam.Model;

namespace Cofferdam.Engine;

/// <summary>A block of base64 between lines that name it: the armor of OpenPGP (RFC 9580, 6) and of ssh's signatures.</summary>
/// <param name="Label">What it is, for example <c>PGP SIGNATURE</c>.</param>
/// <param name="Content">What is in it.</param>
internal sealed record ArmoredBlock(string Label, byte[] Content)
{
    private const string Begin = "-----BEGIN ";
    private const string End = "-----END ";
    private const string Dashes = "-----";

    /// <summary>All blocks of a text; what is between them is passed over.</summary>
    public static IEnumerable<ArmoredBlock> ReadAll(string text)
    {
        var lines = text.Split('\n').Select(static line => line.Trim()).GetEnumerator();
        while (lines.MoveNext())
        {
            if (lines.Current.StartsWith(Begin, StringComparison.Ordinal) && lines.Current.EndsWith(Dashes, StringComparison.Ordinal) && lines.Current.Length > Begin.Length + Dashes.Length)
            {
                yield return Read(lines.Current[Begin.Length..^Dashes.Length], lines);
            }
        }
    }

    // Headers of OpenPGP ("Version: …") have a colon, which base64 has not; its checksum line begins with "=", and is not needed any more.
    private static ArmoredBlock Read(string label, IEnumerator<string> lines)
    {
        var body = new StringBuilder();
        while (lines.MoveNext())
        {
            var line = lines.Current;
            if (line == End + label + Dashes)
            {
                try
                {
                    return new ArmoredBlock(label, Convert.FromBase64String(body.ToString()));
                }
                catch (FormatException error)
                {
                    throw new SignatureException($"a block {Quote.Text(label)} is no base64", error);
                }
            }

            if (!line.Contains(':', StringComparison.Ordinal) && !line.StartsWith('='))
            {
                body.Append(line);
            }
        }

        throw new SignatureException($"a block {Quote.Text(label)} has no end");
    }
}
