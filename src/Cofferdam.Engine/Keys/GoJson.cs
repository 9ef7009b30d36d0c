using System.Buffers;
using System.Globalization;
using System.Text;

namespace Cofferdam.Engine;

/// <summary>Writes JSON byte for byte as Go's encoding/json does for structs whose members are left out when empty: cache keys are digests of it.</summary>
internal sealed class GoJson
{
    // What stays as it is: base64, paths and most of what people write are nothing else.
    private static readonly SearchValues<char> Plain = SearchValues.Create(string.Concat(Enumerable.Range(' ', 95).Select(code => (char)code).Except("\"\\<>&")));

    private readonly StringBuilder _text = new(256);

    /// <summary>The text of an object, or of its beginning.</summary>
    public override string ToString() => _text.ToString();

    /// <summary>An object, with what <paramref name="members"/> writes.</summary>
    public static string Object(Action<GoJson> members)
    {
        var json = new GoJson();
        json._text.Append('{');
        members(json);
        json._text.Append('}');
        return json.ToString();
    }

    /// <summary>An array of values that are JSON already.</summary>
    public static string Array(IEnumerable<string> values) => "[" + string.Join(',', values) + "]";

    /// <summary>A value that is JSON already; null leaves it out.</summary>
    public GoJson Value(string name, string? json)
    {
        if (json is not null)
        {
            _text.Append(_text[^1] == '{' ? string.Empty : ",").Append('"').Append(name).Append("\":").Append(json);
        }

        return this;
    }

    /// <summary>A text; an empty one is left out.</summary>
    public GoJson Text(string name, string value) => Value(name, value.Length == 0 ? null : Quoted(value));

    /// <summary>A text, also an empty one.</summary>
    public GoJson RequiredText(string name, string value) => Value(name, Quoted(value));

    /// <summary>A number; zero is left out.</summary>
    public GoJson Number(string name, long value) => Value(name, value == 0 ? null : value.ToString(CultureInfo.InvariantCulture));

    /// <summary>A number, also zero.</summary>
    public GoJson RequiredNumber(string name, long value) => Value(name, value.ToString(CultureInfo.InvariantCulture));

    /// <summary>A truth value; false is left out.</summary>
    public GoJson Flag(string name, bool value) => Value(name, value ? "true" : null);

    /// <summary>A list of values that are JSON already; an empty one is left out.</summary>
    public GoJson List(string name, IEnumerable<string> values) => Array(values) is var array && array.Length == 2 ? this : Value(name, array);

    /// <summary>A list of texts; an empty one is left out.</summary>
    public GoJson Texts(string name, IEnumerable<string> values) => List(name, values.Select(Quoted));

    /// <summary>A text in quotes.</summary>
    public static string Quoted(string value)
    {
        if (!value.AsSpan().ContainsAnyExcept(Plain))
        {
            return $"\"{value}\"";
        }

        var quoted = new StringBuilder(value.Length + 2).Append('"');
        foreach (var rune in value.EnumerateRunes())
        {
            _ = rune.Value switch
            {
                '"' => quoted.Append("\\\""),
                '\\' => quoted.Append("\\\\"),
                '\b' => quoted.Append("\\b"),
                '\f' => quoted.Append("\\f"),
                '\n' => quoted.Append("\\n"),
                '\r' => quoted.Append("\\r"),
                '\t' => quoted.Append("\\t"),
                < 0x20 or '<' or '>' or '&' or 0x2028 or 0x2029 => quoted.Append(CultureInfo.InvariantCulture, $"\\u{rune.Value:x4}"),
                _ => quoted.Append(rune),
            };
        }

        return quoted.Append('"').ToString();
    }
}
