using System.Collections.Immutable;
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

    private InvalidInputException Wrong(string expected) => new($"{Name} is not {expected}") { Location = Place };
}
