using System.Text;
using Cofferdam.Secrets.Memory;

namespace Cofferdam.Secrets.Encodings;

/// <summary>UTF-8 to UTF-16; bytes that are no UTF-8 become a unit each, as Latin-1 has it.</summary>
internal static class Utf16Units
{
    internal static void Write(ReadOnlySpan<byte> value, bool isBig, SecretWriter writer)
    {
        Span<char> units = stackalloc char[2];
        while (!value.IsEmpty)
        {
            var count = 1;
            if (Rune.DecodeFromUtf8(value, out var rune, out var used) == System.Buffers.OperationStatus.Done)
            {
                count = rune.EncodeToUtf16(units);
            }
            else
            {
                units[0] = (char)value[0];
                used = 1;
            }

            foreach (var unit in units[..count])
            {
                writer.Add((byte)(isBig ? unit >> 8 : unit));
                writer.Add((byte)(isBig ? unit : unit >> 8));
            }

            value = value[used..];
        }
    }
}
