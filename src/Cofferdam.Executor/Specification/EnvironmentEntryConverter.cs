using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Unicode;
using Cofferdam.Model;

namespace Cofferdam.Executor;

/// <summary>Writes variables. A secret is escaped here and given to the writer raw, since the writer's own escaping leaves copies in pooled arrays.</summary>
internal sealed class EnvironmentEntryConverter : JsonConverter<EnvironmentEntry>
{
    public override EnvironmentEntry Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => new(reader.GetString() ?? string.Empty, null);

    public override void Write(Utf8JsonWriter writer, EnvironmentEntry value, JsonSerializerOptions options)
    {
        if (value.Secret is null)
        {
            writer.WriteStringValue(value.Text);
        }
        else
        {
            value.Secret.Use((writer, value.Text), WriteSecret);
        }
    }

    private static bool WriteSecret(ReadOnlyMemory<byte> secret, (Utf8JsonWriter Writer, string Name) state)
    {
        if (!Utf8.IsValid(secret.Span) || secret.Span.Contains((byte)0))
        {
            throw new InvalidInputException($"cannot put a secret in variable {Quote.Text(state.Name.TrimEnd('='))}: it is not text") { Hint = "mount it as a file" };
        }

        var name = Encoding.UTF8.GetBytes(state.Name);
        var escaped = GC.AllocateArray<byte>(((name.Length + secret.Length) * 6) + 2, pinned: true);
        try
        {
            var length = 0;
            escaped[length++] = (byte)'"';
            length = Escape(name, escaped, length);
            length = Escape(secret.Span, escaped, length);
            escaped[length++] = (byte)'"';
            state.Writer.WriteRawValue(escaped.AsSpan(0, length), skipInputValidation: true);
            return true;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(escaped);
        }
    }

    private static int Escape(ReadOnlySpan<byte> text, byte[] target, int length)
    {
        foreach (var unit in text)
        {
            if (unit is (byte)'"' or (byte)'\\')
            {
                target[length++] = (byte)'\\';
                target[length++] = unit;
            }
            else if (unit < 0x20)
            {
                "\\u00"u8.CopyTo(target.AsSpan(length));
                target[length + 4] = (byte)('0' + (unit >> 4));
                target[length + 5] = (byte)"0123456789abcdef"[unit & 15];
                length += 6;
            }
            else
            {
                target[length++] = unit;
            }
        }

        return length;
    }
}
