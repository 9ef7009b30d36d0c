using Cofferdam.Secrets.Forms;

namespace Cofferdam.Secrets.Policy;

/// <summary>Measures how much like nothing else a value is.</summary>
internal static class Characteristic
{
    private const int RandomLength = 16;

    /// <summary>The length times the entropy of the bytes' frequencies.</summary>
    internal static double Bits(ReadOnlySpan<byte> value)
    {
        Span<int> counts = stackalloc int[256];
        counts.Clear();
        foreach (var one in value)
        {
            counts[one]++;
        }

        var bits = 0.0;
        foreach (var count in counts)
        {
            if (count > 0)
            {
                bits -= count * Math.Log2((double)count / value.Length);
            }
        }

        counts.Clear();
        return bits;
    }

    /// <summary>Whether a value looks made by a machine: no spaces; letters and digits mixed, or long, or binary.</summary>
    internal static bool LooksRandom(ReadOnlySpan<byte> value)
    {
        if (value.Length < RandomLength && !HasManyClasses(value))
        {
            return false;
        }

        var digits = 0;
        var upper = 0;
        var lower = 0;
        var binary = 0;
        foreach (var one in value)
        {
            digits += Ascii.IsDigit(one) ? 1 : 0;
            upper += Ascii.IsUpper(one) ? 1 : 0;
            lower += Ascii.IsLower(one) ? 1 : 0;
            binary += one is < 0x20 or >= 0x7f ? 1 : 0;
            if (Ascii.IsSpace(one))
            {
                return false;
            }
        }

        // A name with a version (`requests-2.31.0`) has dots, an address has one too: three digits or both cases beside digits are asked for.
        var isName = value.Contains((byte)'.') && upper == 0;
        return binary > value.Length / 4 || (digits == value.Length && digits >= RandomLength) || (!isName && digits >= 3 && upper + lower >= 3) || (digits > 0 && upper > 0 && lower > 0);
    }

    /// <summary>An address, a host name or a path, with nothing in it that looks random.</summary>
    internal static bool IsPlainAddress(ReadOnlySpan<byte> value)
    {
        var scheme = value.IndexOf("://"u8);
        if (scheme is <= 0 or > 12)
        {
            return false;
        }

        var rest = value[(scheme + 3)..];
        var pathAt = rest.IndexOfAny("/?#"u8);
        return (pathAt < 0 ? rest : rest[..pathAt]).IndexOf((byte)'@') < 0 && !rest.Contains((byte)'?') && !HasRandomPart(pathAt < 0 ? [] : rest[pathAt..], (byte)'/');
    }

    /// <summary>A path from the root, with nothing in it that looks random.</summary>
    internal static bool IsPlainPath(ReadOnlySpan<byte> value) => value is [(byte)'/' or (byte)'~', ..] && value[1..].Contains((byte)'/') && !HasRandomPart(value, (byte)'/');

    /// <summary>Whether one of the words of a line looks random.</summary>
    internal static bool HasRandomWord(ReadOnlySpan<byte> line) => HasRandomPart(line, (byte)' ');

    private static bool HasRandomPart(ReadOnlySpan<byte> text, byte separator)
    {
        foreach (var part in text.Split(separator))
        {
            if (LooksRandom(text[part]))
            {
                return true;
            }
        }

        return false;
    }

    private static bool HasManyClasses(ReadOnlySpan<byte> value)
    {
        var classes = 0;
        foreach (var one in value)
        {
            classes |= Ascii.IsDigit(one) ? 1 : Ascii.IsUpper(one) ? 2 : Ascii.IsLower(one) ? 4 : 8;
        }

        return System.Numerics.BitOperations.PopCount((uint)classes) >= 3;
    }
}
