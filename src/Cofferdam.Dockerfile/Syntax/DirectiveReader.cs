using System.Text.Json;
using System.Text.RegularExpressions;

namespace Cofferdam.Dockerfile;

/// <summary>Reads the block of directives that a Dockerfile may begin with. Anything else ends the block.</summary>
internal sealed partial class DirectiveReader(string comment = "#")
{
    private readonly HashSet<string> _seen = [];
    private bool _isDone;

    /// <summary>The directive of the next line; null when it is none.</summary>
    public ParserDirective? Read(string line, int number)
    {
        var match = !_isDone && line.StartsWith(comment, StringComparison.Ordinal) ? Pattern().Match(line[comment.Length..].TrimStart()) : Match.Empty;
        var name = match.Groups[1].Value.ToLowerInvariant();
        if (!match.Success || name is not ("syntax" or "escape" or "check"))
        {
            _isDone = true;
            return null;
        }

        return _seen.Add(name)
            ? new ParserDirective(name, match.Groups[2].Value.TrimEnd() is { Length: > 0 } value ? value : match.Groups[2].Value, number)
            : throw DockerfileError.Syntax($"only one {name} parser directive can be used", "take the others out");
    }

    /// <summary>The lower-case name and the value of a comment in a directive's form; null where it has another.</summary>
    public static (string Name, string Value)? Split(string comment) =>
        Pattern().Match(comment) is { Success: true } match ? (match.Groups[1].Value.ToLowerInvariant(), match.Groups[2].Value.TrimEnd()) : null;

    /// <summary>A directive of a text by its key; null where there is none.</summary>
    public static ParserDirective? Find(string text, string name, string comment = "#")
    {
        var lines = text.Split('\n');
        var reader = new DirectiveReader(comment);
        for (var i = lines[0].StartsWith("#!", StringComparison.Ordinal) ? 1 : 0; i < lines.Length && !reader._isDone; i++)
        {
            try
            {
                if (reader.Read(lines[i].TrimEnd('\r'), i + 1) is { } directive && directive.Name == name)
                {
                    return directive;
                }
            }
            catch (CofferdamException)
            {
                return null; // the parser tells of it
            }
        }

        return null;
    }

    /// <summary>The frontend that a text of any language asks for: in <c>#</c> or <c>//</c> comments, or as a member of a JSON object.</summary>
    public static ParserDirective? FindSyntax(string text)
    {
        if (Find(text, "syntax") is { } found || (found = Find(text, "syntax", "//")) is not null)
        {
            return found;
        }

        if (!text.TrimStart().StartsWith('{'))
        {
            return null;
        }

        try
        {
            using var document = JsonDocument.Parse(text);
            return document.RootElement.TryGetProperty("syntax", out var value) && value.ValueKind == JsonValueKind.String
                ? new ParserDirective("syntax", value.GetString()!, 1)
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    [GeneratedRegex(@"^([a-zA-Z][a-zA-Z0-9]*)\s*=\s*(.+)$")]
    private static partial Regex Pattern();
}
