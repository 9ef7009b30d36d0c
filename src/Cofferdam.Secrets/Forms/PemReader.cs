using Cofferdam.Secrets.Memory;

namespace Cofferdam.Secrets.Forms;

/// <summary>The bodies of PEM blocks: as base64 without its lines, and decoded. Certificates and public keys are public.</summary>
internal sealed class PemReader : IFormReader
{
    public string Name => "PEM";

    public void Read(ReadOnlySpan<byte> text, PartList parts)
    {
        if (ReadBlocks(text, parts))
        {
            parts.IsStructured = true;
        }
    }

    /// <summary>Adds the blocks found; false when there is none.</summary>
    internal static bool ReadBlocks(ReadOnlySpan<byte> text, PartList parts)
    {
        var found = false;
        while (true)
        {
            var begin = text.IndexOf("-----BEGIN "u8);
            if (begin < 0)
            {
                return found;
            }

            text = text[(begin + 11)..];
            var labelEnd = text.IndexOf("-----"u8);
            var end = text.IndexOf("-----END "u8);
            if (labelEnd < 0 || end < labelEnd + 5)
            {
                return found;
            }

            var label = text[..labelEnd];
            var isPublic = label.IndexOf("CERTIFICATE"u8) >= 0 || label.IndexOf("PUBLIC"u8) >= 0 || label.IndexOf("PARAMETERS"u8) >= 0;
            AddBody(text[(labelEnd + 5)..end], isPublic ? PartRole.Public : PartRole.Credential, parts);
            text = text[end..];
            found = true;
        }
    }

    private static void AddBody(ReadOnlySpan<byte> body, PartRole role, PartList parts)
    {
        // RFC 1421 headers (`Proc-Type:`, `DEK-Info:`) end with an empty line; `\n` may be written as an escape.
        using var joined = new SecretWriter();
        while (!body.IsEmpty)
        {
            var line = Ascii.Trim(Ascii.TakeLine(ref body));
            if (line.IndexOf((byte)':') >= 0)
            {
                continue;
            }

            for (var i = 0; i < line.Length; i++)
            {
                if (line[i] == '\\')
                {
                    i++;
                }
                else if (Ascii.IsBase64(line[i]))
                {
                    joined.Add(line[i]);
                }
            }
        }

        parts.Add("PEM body", role, joined.Written);
        using var decoded = new SecretWriter();
        if (role != PartRole.Public && Base64Text.TryDecode(joined.Written, decoded))
        {
            parts.Add("PEM body decoded", role, decoded.Written);
        }
    }
}
