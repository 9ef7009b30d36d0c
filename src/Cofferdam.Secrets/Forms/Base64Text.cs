using System.Buffers;
using System.Buffers.Text;
using Cofferdam.Secrets.Memory;

namespace Cofferdam.Secrets.Forms;

/// <summary>Reads base64 and base64url, wrapped or not, padded or not.</summary>
internal static class Base64Text
{
    /// <summary>Decodes to <paramref name="decoded"/>; false when the text is something else.</summary>
    internal static bool TryDecode(ReadOnlySpan<byte> text, SecretWriter decoded)
    {
        using var clean = new SecretWriter();
        foreach (var value in text)
        {
            if (!Ascii.IsSpace(value) && value != '=')
            {
                clean.Add(value switch { (byte)'-' => (byte)'+', (byte)'_' => (byte)'/', _ => value });
            }
        }

        if (clean.Length == 0 || clean.Length % 4 == 1)
        {
            return false;
        }

        while (clean.Length % 4 != 0)
        {
            clean.Add((byte)'=');
        }

        using var target = new SecretBuffer(Base64.GetMaxDecodedFromUtf8Length(clean.Length));
        if (Base64.DecodeFromUtf8(clean.Written, target.Span, out _, out var length) != OperationStatus.Done)
        {
            return false;
        }

        decoded.Add(target.Span[..length]);
        return true;
    }
}
