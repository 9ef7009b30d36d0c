using Cofferdam.Secrets;

namespace Cofferdam.Cli.SecretSources;

/// <summary>A reference of the form <c>PATH[#KEY]</c>.</summary>
/// <param name="Path">What names the secret at its service.</param>
/// <param name="Key">The member of a JSON object that is asked for; null is the whole value.</param>
internal readonly record struct KeyedReference(string Path, string? Key)
{
    /// <summary>Splits a reference.</summary>
    public static KeyedReference Parse(string text) =>
        text.LastIndexOf('#') is > 0 and var at ? new KeyedReference(text[..at], text[(at + 1)..]) : new KeyedReference(text, null);

    /// <summary>The value, or the member of it that is asked for. The value is the caller's, and is disposed where another is returned.</summary>
    public SecretValue Pick(SecretValue value)
    {
        if (Key is not { Length: > 0 } key)
        {
            return value;
        }

        using (value)
        {
            return value.Use(key, static (bytes, name) => JsonAnswer.Find(bytes.Span, [name], "the value"))
                ?? throw new SecretSourceException($"its value has no member {Model.Quote.Text(key)}") { Hint = "what follows # names a member of the JSON object that the value is" };
        }
    }
}
