using System.Buffers;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Cofferdam.Secrets;

namespace Cofferdam.Cli.SecretSources;

/// <summary>Finds single values in JSON without making objects of it: what is not asked for never gets into other memory.</summary>
internal static class JsonAnswer
{
    /// <summary>The value at a path of member names: a string's text, or the JSON of anything else; null where it is not there, or null.</summary>
    /// <param name="json">The text.</param>
    /// <param name="path">The names.</param>
    /// <param name="what">What the text is, for the error when it is no JSON.</param>
    /// <param name="isBase64">Whether the value is there in base64.</param>
    public static SecretValue? Find(ReadOnlySpan<byte> json, scoped ReadOnlySpan<string> path, string what = "the answer", bool isBase64 = false)
    {
        try
        {
            var reader = new Utf8JsonReader(json);
            return Seek(ref reader, path) ? Read(ref reader, json, isBase64) : null;
        }
        catch (JsonException)
        {
            throw new SecretSourceException($"{what} is no JSON"); // without what the reader says: it may cite the text
        }
    }

    /// <summary>The text at a path; null where there is none. Not for secrets that can be helped to lie elsewhere.</summary>
    public static string? Text(ReadOnlySpan<byte> json, params ReadOnlySpan<string> path)
    {
        using var value = Find(json, path);
        return value?.Use(0, static (bytes, _) => Encoding.UTF8.GetString(bytes.Span));
    }

    /// <summary>The name of the only member of the object at a path; null where there is no object, or another count of members.</summary>
    public static string? OnlyMember(ReadOnlySpan<byte> json, params ReadOnlySpan<string> path)
    {
        try
        {
            var reader = new Utf8JsonReader(json);
            if (!Seek(ref reader, path) || reader.TokenType != JsonTokenType.StartObject || !reader.Read() || reader.TokenType != JsonTokenType.PropertyName)
            {
                return null;
            }

            var name = reader.GetString();
            return reader.Read() && reader.TrySkip() && reader.Read() && reader.TokenType == JsonTokenType.EndObject ? name : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static bool Seek(ref Utf8JsonReader reader, scoped ReadOnlySpan<string> path)
    {
        if (!reader.Read())
        {
            return false;
        }

        foreach (var name in path)
        {
            if (reader.TokenType != JsonTokenType.StartObject || !SeekMember(ref reader, name))
            {
                return false;
            }
        }

        return true;
    }

    private static bool SeekMember(ref Utf8JsonReader reader, string name)
    {
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isIt = reader.ValueTextEquals(name);
            reader.Read();
            if (isIt)
            {
                return true;
            }

            reader.Skip();
        }

        return false;
    }

    private static SecretValue? Read(ref Utf8JsonReader reader, ReadOnlySpan<byte> json, bool isBase64)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.Null:
                return null;
            case JsonTokenType.String:
                var text = GC.AllocateUninitializedArray<byte>(reader.ValueSpan.Length, pinned: true);
                try
                {
                    var length = reader.CopyString(text);
                    return isBase64 && Base64.DecodeFromUtf8InPlace(text.AsSpan(0, length), out length) != OperationStatus.Done
                        ? throw new SecretSourceException("the answer is not in base64")
                        : WipedBuffer.ToValue(text.AsSpan(0, length));
                }
                catch (InvalidOperationException)
                {
                    throw new JsonException(); // half of a surrogate pair
                }
                finally
                {
                    CryptographicOperations.ZeroMemory(text);
                }

            default:
                var start = checked((int)reader.TokenStartIndex);
                reader.Skip();
                return WipedBuffer.ToValue(json[start..checked((int)reader.BytesConsumed)]);
        }
    }
}
