using System.Collections.Immutable;
using System.Text;
using Cofferdam.Model;
using Tomlyn.Parsing;
using Tomlyn.Syntax;

namespace Cofferdam.Daemon;

/// <summary>A configuration file as a list of values.</summary>
internal static class ConfigurationText
{
    /// <summary>Reads TOML; what is not well formed is an error with its line.</summary>
    public static ImmutableArray<ConfigurationEntry> Read(string fileName, string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        var document = SyntaxParser.Parse(text, fileName);
        if (document.HasErrors)
        {
            var error = document.Diagnostics.First(diagnostic => diagnostic.Kind == DiagnosticMessageKind.Error);
            throw new InvalidInputException("read the configuration: " + error.Message) { Location = Place(error.Span) };
        }

        var entries = ImmutableArray.CreateBuilder<ConfigurationEntry>();
        Add([], 0, document.KeyValues);
        var number = 0;
        foreach (var table in document.Tables)
        {
            Add(Names(table.Name!), ++number, table.Items);
        }

        return entries.ToImmutable();

        void Add(ImmutableArray<string> path, int table, IEnumerable<KeyValueSyntax> values)
        {
            foreach (var value in values)
            {
                ImmutableArray<string> whole = [.. path, .. Names(value.Key!)];
                if (value.Value is InlineTableSyntax inline)
                {
                    Add(whole, table, inline.Items.Select(item => item.KeyValue!));
                }
                else
                {
                    entries.Add(new ConfigurationEntry(whole, table, value.Value, Place(value.Span)));
                }
            }
        }

        SourceLocation Place(SourceSpan span) => new(fileName, bytes, [new LineRange(span.Start.Line + 1, span.Start.Line + 1)]);
    }

    private static ImmutableArray<string> Names(KeySyntax key) => [Name(key.Key!), .. key.DotKeys.Select(dotted => Name(dotted.Key!))];

    private static string Name(BareKeyOrStringValueSyntax name) => name switch
    {
        StringValueSyntax { Value: { } text } => text,
        BareKeySyntax { Key.Text: { } text } => text,
        _ => name.ToString().Trim(),
    };
}
