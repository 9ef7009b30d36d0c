using Cofferdam.Secrets.Memory;

namespace Cofferdam.Secrets.Forms;

/// <summary>Lines of <c>key = value</c> and <c>key: value</c>: INI, TOML, YAML, <c>.env</c>, <c>.npmrc</c>, <c>pip.conf</c>, properties, shell exports.</summary>
internal sealed class KeyValueReader : IFormReader
{
    public string Name => "key and value (INI, TOML, YAML, .env, .npmrc, pip.conf)";

    public void Read(ReadOnlySpan<byte> text, PartList parts)
    {
        if (parts.IsStructured || !LooksStructured(text))
        {
            return;
        }

        parts.IsStructured = true;
        using var block = new SecretWriter();
        while (!text.IsEmpty)
        {
            var raw = Ascii.TakeLine(ref text);
            if (!TrySplit(raw, out var key, out var value))
            {
                continue;
            }

            if (value is [(byte)'|' or (byte)'>', ..] or [])
            {
                block.Cut(0);
                TakeBlock(ref text, Indentation(raw), block);
                KeyedValue.Add(parts, "key and value", key, block.Written);
                continue;
            }

            if (value.StartsWith("\"\"\""u8) || value.StartsWith("'''"u8))
            {
                block.Cut(0);
                block.Add(value[3..]);
                TakeUntil(ref text, value[..3], block);
                KeyedValue.Add(parts, "key and value", key, block.Written);
                continue;
            }

            AddValue(parts, key, value);
        }
    }

    /// <summary>The lines of a TOML string, up to its closing quotes.</summary>
    private static void TakeUntil(ref ReadOnlySpan<byte> text, scoped ReadOnlySpan<byte> quotes, SecretWriter block)
    {
        var close = block.Written.IndexOf(quotes);
        while (close < 0 && !text.IsEmpty)
        {
            block.Add((byte)'\n');
            block.Add(Ascii.TakeLine(ref text));
            close = block.Written.IndexOf(quotes);
        }

        block.Cut(close < 0 ? block.Length : close);
    }

    /// <summary>At least half of the lines that say something are of the form, or there is a section header.</summary>
    private static bool LooksStructured(ReadOnlySpan<byte> text)
    {
        var lines = 0;
        var pairs = 0;
        while (!text.IsEmpty)
        {
            var line = Ascii.Trim(Ascii.TakeLine(ref text));
            if (line.IsEmpty || line[0] is (byte)'#' or (byte)';')
            {
                continue;
            }

            if (line is [(byte)'[', .., (byte)']'])
            {
                return true;
            }

            lines++;
            if (TrySplit(line, out _, out var value))
            {
                pairs++;
                if (value.StartsWith("\"\"\""u8) || value.StartsWith("'''"u8))
                {
                    return true;
                }
            }
        }

        return pairs > 0 && pairs * 2 >= lines;
    }

    private static bool TrySplit(ReadOnlySpan<byte> raw, out ReadOnlySpan<byte> key, out ReadOnlySpan<byte> value)
    {
        var line = Ascii.Trim(raw);
        if (line.StartsWith("- "u8))
        {
            line = Ascii.Trim(line[2..]);
        }

        key = default;
        value = default;
        if (line.IsEmpty || line[0] is (byte)'#' or (byte)';' or (byte)'<' or (byte)'{')
        {
            return false;
        }

        // `//host/:_authToken=…`: the first `=` splits. `key: value`: a colon before a space or at the end. One without a space is
        // `user:password` or a URL.
        var equals = line.IndexOf((byte)'=');
        var colon = line.IndexOf(": "u8);
        colon = colon < 0 && line[^1] == ':' ? line.Length - 1 : colon;
        var split = colon >= 0 && (equals < 0 || colon < equals) ? colon : equals;
        if (split <= 0)
        {
            return false;
        }

        key = Ascii.Trim(line[..split]);
        key = key.StartsWith("export "u8) ? Ascii.Trim(key[7..]) : key;
        value = Ascii.Trim(line[(split + 1)..]);
        return !key.IsEmpty && key.IndexOfAny(" \t"u8) < 0 && !(split == equals && (value is [] or [(byte)'=']) && LooksLikeBase64(line));
    }

    private static bool LooksLikeBase64(ReadOnlySpan<byte> line)
    {
        foreach (var value in line)
        {
            if (!Ascii.IsBase64(value))
            {
                return false;
            }
        }

        return line[^1] == '=' && line.Length % 4 == 0;
    }

    private static void AddValue(PartList parts, ReadOnlySpan<byte> key, ReadOnlySpan<byte> value)
    {
        if (value[0] == '"')
        {
            using var decoded = new SecretWriter();
            QuotedText.Read(value, 1, decoded);
            KeyedValue.Add(parts, "key and value", key, decoded.Written);
            return;
        }

        if (value[0] == '\'')
        {
            var close = value[1..].LastIndexOf((byte)'\'');
            KeyedValue.Add(parts, "key and value", key, close < 0 ? value[1..] : value.Slice(1, close));
            return;
        }

        KeyedValue.Add(parts, "key and value", key, value);
        var comment = value.IndexOf(" #"u8);
        if (comment > 0)
        {
            KeyedValue.Add(parts, "key and value", key, value[..comment]);
        }
    }

    /// <summary>The lines that are indented deeper, without their indentation.</summary>
    private static void TakeBlock(ref ReadOnlySpan<byte> text, int outer, SecretWriter block)
    {
        while (!text.IsEmpty)
        {
            var rest = text;
            var raw = Ascii.TakeLine(ref rest);
            var line = Ascii.Trim(raw);
            if (!line.IsEmpty && (Indentation(raw) <= outer || TrySplit(raw, out _, out _)))
            {
                return;
            }

            text = rest;
            if (!line.IsEmpty)
            {
                if (block.Length > 0)
                {
                    block.Add((byte)'\n');
                }

                block.Add(line);
            }
        }
    }

    private static int Indentation(ReadOnlySpan<byte> line)
    {
        var start = 0;
        while (start < line.Length && line[start] is (byte)' ' or (byte)'\t')
        {
            start++;
        }

        return start;
    }
}
