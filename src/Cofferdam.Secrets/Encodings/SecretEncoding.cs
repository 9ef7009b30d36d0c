using Cofferdam.Secrets.Memory;

namespace Cofferdam.Secrets.Encodings;

/// <summary>One way in which a value may be written down.</summary>
internal abstract class SecretEncoding
{
    /// <summary>How findings and documentation call it.</summary>
    internal abstract string Name { get; }

    /// <summary>What exactly is searched, for documentation.</summary>
    internal abstract string Meaning { get; }

    /// <summary>Writes all variants of a value, calling <see cref="EncodedVariants.End"/> after each.</summary>
    internal abstract void Encode(ReadOnlySpan<byte> value, EncodedVariants variants);

    /// <summary>Writes hexadecimal digits of a byte.</summary>
    private protected static void AddHex(SecretWriter writer, byte value, bool isUpper)
    {
        var digits = isUpper ? "0123456789ABCDEF"u8 : "0123456789abcdef"u8;
        writer.Add(digits[value >> 4]);
        writer.Add(digits[value & 15]);
    }
}
