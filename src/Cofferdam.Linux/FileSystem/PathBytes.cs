using System.Buffers;
using System.Text;
using System.Text.Unicode;

namespace Cofferdam.Linux;

/// <summary>File names between bytes, as the kernel has them, and strings, losslessly.</summary>
/// <remarks>A byte that is not part of valid UTF-8 becomes the lone surrogate U+DC00 + byte (PEP 383), and that becomes the byte again.</remarks>
public static class PathBytes
{
    private const int EscapeBase = 0xdc00;

    /// <summary>The name as a string.</summary>
    public static string Decode(ReadOnlySpan<byte> bytes)
    {
        if (Utf8.IsValid(bytes))
        {
            return Encoding.UTF8.GetString(bytes);
        }

        var text = new StringBuilder(bytes.Length);
        Span<char> units = stackalloc char[2];
        while (!bytes.IsEmpty)
        {
            if (Rune.DecodeFromUtf8(bytes, out var rune, out var used) == OperationStatus.Done)
            {
                text.Append(units[..rune.EncodeToUtf16(units)]);
                bytes = bytes[used..];
            }
            else
            {
                text.Append((char)(EscapeBase + bytes[0]));
                bytes = bytes[1..];
            }
        }

        return text.ToString();
    }

    /// <summary>How many bytes <see cref="Encode(ReadOnlySpan{char}, Span{byte})"/> may write at most.</summary>
    public static int MaxLength(ReadOnlySpan<char> name) => name.Length * 3;

    /// <summary>Writes the name's bytes and returns how many; a lone surrogate that stands for no byte becomes U+FFFD.</summary>
    public static int Encode(ReadOnlySpan<char> name, Span<byte> bytes)
    {
        var written = 0;
        while (true)
        {
            var status = Utf8.FromUtf16(name, bytes[written..], out var read, out var wrote, replaceInvalidSequences: false);
            written += wrote;
            if (status == OperationStatus.Done)
            {
                return written;
            }

            if (status != OperationStatus.InvalidData)
            {
                throw new ArgumentException("the buffer is too short for the name", nameof(bytes));
            }

            var unit = name[read];
            name = name[(read + 1)..];
            if (unit is >= (char)(EscapeBase + 0x80) and <= (char)(EscapeBase + 0xff))
            {
                bytes[written++] = (byte)(unit - EscapeBase);
            }
            else
            {
                "\uFFFD"u8.CopyTo(bytes[written..]);
                written += 3;
            }
        }
    }

    /// <summary>The name's bytes.</summary>
    public static byte[] Encode(string name)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(MaxLength(name));
        var result = buffer.AsSpan(0, Encode(name, buffer)).ToArray();
        ArrayPool<byte>.Shared.Return(buffer);
        return result;
    }

    /// <summary>Whether the name holds bytes that are not UTF-8.</summary>
    public static bool HasRawBytes(string name) => name.AsSpan().IndexOfAnyInRange((char)(EscapeBase + 0x80), (char)(EscapeBase + 0xff)) is var at && at >= 0 && HasLone(name, at);

    /// <summary>The order of the names' bytes, in which the kernel's users and other builders sort; not that of UTF-16 units.</summary>
    public static int Compare(string left, string right)
    {
        var length = Math.Min(left.Length, right.Length);
        for (var i = 0; i < length; i++)
        {
            if (left[i] == right[i])
            {
                continue;
            }

            if (char.IsSurrogate(left[i]) || char.IsSurrogate(right[i]))
            {
                return Encode(left).AsSpan().SequenceCompareTo(Encode(right));
            }

            return left[i].CompareTo(right[i]);
        }

        return left.Length.CompareTo(right.Length);
    }

    private static bool HasLone(string name, int from)
    {
        for (var i = from; i < name.Length; i++)
        {
            if (char.IsLowSurrogate(name[i]) && (i == 0 || !char.IsHighSurrogate(name[i - 1])))
            {
                return true;
            }
        }

        return false;
    }
}
