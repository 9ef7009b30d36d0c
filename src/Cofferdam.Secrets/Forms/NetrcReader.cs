using Cofferdam.Secrets.Memory;

namespace Cofferdam.Secrets.Forms;

/// <summary>netrc(5): words <c>machine</c>, <c>login</c>, <c>password</c>, <c>account</c>, each followed by its value.</summary>
internal sealed class NetrcReader : IFormReader
{
    public string Name => "netrc";

    public void Read(ReadOnlySpan<byte> text, PartList parts)
    {
        ReadOnlySpan<byte> login = default;
        var loginAt = -1;
        var position = 0;
        var isEntry = false;
        while (TryWord(text, ref position, out var start, out var word))
        {
            if (word.SequenceEqual("machine"u8))
            {
                login = default;
                loginAt = -1;
                isEntry = true;
                TryWord(text, ref position, out _, out _);
            }
            else if (word.SequenceEqual("default"u8))
            {
                login = default;
                loginAt = -1;
                isEntry = true;
            }
            else if (isEntry && word.SequenceEqual("login"u8))
            {
                loginAt = start;
                TryWord(text, ref position, out _, out login);
            }
            else if (isEntry && word.SequenceEqual("password"u8) && TryWord(text, ref position, out _, out var password))
            {
                parts.IsStructured = true;
                AddEntry(parts, text, loginAt, position, login, password);
            }
            else if (word.SequenceEqual("account"u8) && loginAt >= 0 && TryWord(text, ref position, out _, out var account))
            {
                parts.Add("netrc account", PartRole.Candidate, account);
            }
        }
    }

    private static void AddEntry(PartList parts, ReadOnlySpan<byte> text, int loginAt, int end, ReadOnlySpan<byte> login, ReadOnlySpan<byte> password)
    {
        parts.Add("netrc password", PartRole.Credential, password);
        using var pair = new SecretWriter();
        if (loginAt < 0)
        {
            pair.Add("password "u8);
            pair.Add(password);
            parts.Add("netrc `password …`", PartRole.Pair, pair.Written);
            return;
        }

        UserPasswordReader.Add(parts, "netrc", login, password);
        pair.Add("login "u8);
        pair.Add(login);
        pair.Add(" password "u8);
        pair.Add(password);
        parts.Add("netrc `login … password …`", PartRole.Pair, pair.Written);
        parts.Add("netrc `login … password …` as written", PartRole.Pair, text[loginAt..end]);
        parts.Add("netrc login", PartRole.Candidate, login);
    }

    private static bool TryWord(ReadOnlySpan<byte> text, scoped ref int position, out int start, out ReadOnlySpan<byte> word)
    {
        while (position < text.Length && Ascii.IsSpace(text[position]))
        {
            position++;
        }

        start = position;
        if (position < text.Length && text[position] == '"')
        {
            var close = text[(position + 1)..].IndexOf((byte)'"');
            if (close >= 0)
            {
                word = text.Slice(position + 1, close);
                position += close + 2;
                return true;
            }
        }

        while (position < text.Length && !Ascii.IsSpace(text[position]))
        {
            position++;
        }

        word = text[start..position];
        return !word.IsEmpty;
    }
}
