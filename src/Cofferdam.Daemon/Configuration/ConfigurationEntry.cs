using System.Collections.Immutable;
using System.Globalization;
using Cofferdam.Engine;
using Cofferdam.Model;
using Tomlyn.Syntax;

namespace Cofferdam.Daemon;

/// <summary>One value of a configuration file: the whole path of its key, with what it says and the line it stands in.</summary>
/// <param name="Path">The names of the tables it is in, and its own.</param>
/// <param name="Table">The table's number: two tables of one array have the same path and different numbers.</param>
/// <param name="Value">What it is set to.</param>
/// <param name="Place">Where it stands.</param>
internal sealed record ConfigurationEntry(ImmutableArray<string> Path, int Table, ValueSyntax? Value, SourceLocation Place)
{
    /// <summary>The key as the file could have it.</summary>
    public string Name => string.Join('.', Path.Select(part => part.AsSpan().IndexOfAnyExcept(BareCharacters) < 0 ? part : $"\"{part}\""));

    private static System.Buffers.SearchValues<char> BareCharacters { get; } = System.Buffers.SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_");

    /// <summary>A text.</summary>
    public string Text => Value is StringValueSyntax { Value: { } text } ? text : throw Wrong("a text in quotes");

    /// <summary>True or false.</summary>
    public bool Boolean => Value is BooleanValueSyntax { Value: var value } ? value : throw Wrong("true or false");

    /// <summary>A whole number above zero.</summary>
    public int Count => Value is IntegerValueSyntax { Value: > 0 and <= int.MaxValue and var value } ? (int)value : throw Wrong("a whole number above 0");

    /// <summary>One of some words.</summary>
    public string OneOf(params string[] words) => words.Contains(Text) ? Text : throw Wrong("one of " + string.Join(", ", words));

    /// <summary>A list of texts.</summary>
    public ImmutableArray<string> Texts => Value is ArraySyntax array
        ? [.. array.Items.Select(item => item.Value is StringValueSyntax { Value: { } text } ? text : throw Wrong("a list of texts"))]
        : throw Wrong("a list of texts");

    /// <summary>A time: <c>"48h"</c>, or a number of seconds.</summary>
    public TimeSpan Duration => Value switch
    {
        IntegerValueSyntax { Value: >= 0 and <= int.MaxValue and var seconds } => TimeSpan.FromSeconds(seconds),
        StringValueSyntax { Value: { } text } when GoDuration.TryParse(text, out var nanoseconds) && nanoseconds >= 0 => TimeSpan.FromTicks(nanoseconds / TimeSpan.NanosecondsPerTick),
        StringValueSyntax { Value: { } text } when int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) => TimeSpan.FromSeconds(seconds),
        _ => throw Wrong("a time such as \"48h\", or a number of seconds"),
    };

    /// <summary>A size: <c>"10GB"</c>, <c>"20%"</c>, or a number of bytes.</summary>
    public DiskShare DiskShare => Value switch
    {
        IntegerValueSyntax { Value: >= 0 and var bytes } => new DiskShare(bytes),
        StringValueSyntax { Value: [.. var part, '%'] } when int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out var percentage) && percentage <= 100 => new DiskShare(0, percentage),
        StringValueSyntax { Value: { } text } when ByteSize.Parse(text) is { } bytes => new DiskShare(bytes),
        _ => throw Wrong("a size such as \"10GB\" or \"20%\", or a number of bytes"),
    };

    /// <summary>What is read of the value; an error gets the value's place.</summary>
    public T Read<T>(Func<T> read)
    {
        try
        {
            return read();
        }
        catch (InvalidInputException error) when (error.Location is null)
        {
            throw new InvalidInputException($"{Name}: {error.Message}", error) { Location = Place, Hint = error.Hint };
        }
    }

    private InvalidInputException Wrong(string expected) => new($"{Name} is not {expected}") { Location = Place };
}
