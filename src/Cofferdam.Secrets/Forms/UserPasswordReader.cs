using Cofferdam.Secrets.Memory;

namespace Cofferdam.Secrets.Forms;

/// <summary>A secret that is <c>user:password</c>, on one line or several.</summary>
internal sealed class UserPasswordReader : IFormReader
{
    public string Name => "user:password";

    public void Read(ReadOnlySpan<byte> text, PartList parts)
    {
        if (parts.IsStructured)
        {
            return;
        }

        while (!text.IsEmpty)
        {
            var line = Ascii.Trim(Ascii.TakeLine(ref text));
            var colon = line.IndexOf((byte)':');
            if (colon > 0 && colon < line.Length - 1 && line.IndexOfAny(" \t\"'{}"u8) < 0 && !line[colon..].StartsWith("://"u8) && line[(colon + 1)..].IndexOf((byte)':') < 0)
            {
                Add(parts, "user:password", line[..colon], line[(colon + 1)..]);
            }
        }
    }

    /// <summary>Adds a password and <c>user:password</c>, whose base64 is the basic header.</summary>
    internal static void Add(PartList parts, string form, ReadOnlySpan<byte> user, ReadOnlySpan<byte> password)
    {
        parts.Add($"{form} password", PartRole.Credential, password);
        using var pair = new SecretWriter();
        pair.Add(user);
        pair.Add((byte)':');
        pair.Add(password);
        parts.Add($"{form} user:password", PartRole.Pair, pair.Written);
    }
}
