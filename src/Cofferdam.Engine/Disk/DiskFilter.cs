using System.Text.RegularExpressions;
using Cofferdam.Model;

namespace Cofferdam.Engine;

/// <summary>Filters of records in containerd's form: conditions joined by commas all hold, of several filters one does.</summary>
public static class DiskFilter
{
    private static readonly DiskRecord None = new() { Id = string.Empty, Kind = string.Empty };

    /// <summary>Reads filters; none lets everything through. Throws <see cref="InvalidInputException"/>.</summary>
    public static Func<DiskRecord, bool> Parse(IEnumerable<string> filters)
    {
        var alternatives = filters.Where(filter => filter.Length > 0).Select(ParseOne).ToList();
        return record => alternatives.Count == 0 || alternatives.Exists(matches => matches(record));
    }

    private static Func<DiskRecord, bool> ParseOne(string filter)
    {
        var conditions = filter.Split(',').Select(ParseCondition).ToList();
        return record => conditions.TrueForAll(condition => condition(record));
    }

    private static Func<DiskRecord, bool> ParseCondition(string condition)
    {
        foreach (var operation in new[] { "==", "!=", "~=" })
        {
            var at = condition.IndexOf(operation, StringComparison.Ordinal);
            if (at > 0)
            {
                var (field, value) = (condition[..at], condition[(at + 2)..].Trim('"'));
                _ = Values(None, field); // refuses fields that are not known
                if (operation == "~=")
                {
                    var pattern = Pattern(value);
                    return record => Values(record, field).Any(pattern.IsMatch);
                }

                return record => Values(record, field).Contains(value) == (operation == "==");
            }
        }

        return condition switch
        {
            "inuse" => record => record.InUse,
            "mutable" => record => record.IsMutable,
            "immutable" => record => !record.IsMutable,
            "shared" => record => record.IsShared,
            "private" => record => !record.IsShared,
            _ => throw new InvalidInputException($"invalid filter {Quote.Text(condition)}") { Hint = "write it as field==value, field~=part or inuse, shared, private, mutable, immutable" },
        };
    }

    // As containerd's, a regular expression: one that takes no time to speak of, whatever it says.
    private static Regex Pattern(string text)
    {
        try
        {
            return new Regex(text, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);
        }
        catch (Exception error) when (error is ArgumentException or NotSupportedException)
        {
            throw new InvalidInputException($"invalid filter: {Quote.Text(text)} is no regular expression that can be used: {error.Message}", error);
        }
    }

    private static string[] Values(DiskRecord record, string field) => field switch
    {
        "id" => [record.Id],
        "parents" or "parent" => [.. record.Parents],
        "description" => [record.Description],
        "type" => [record.Kind],
        "inuse" => [record.InUse ? "true" : "false"],
        "mutable" => [record.IsMutable ? "true" : "false"],
        "immutable" => [record.IsMutable ? "false" : "true"],
        "shared" => [record.IsShared ? "true" : "false"],
        "private" => [record.IsShared ? "false" : "true"],
        _ => throw new InvalidInputException($"invalid filter: unknown field {Quote.Text(field)}") { Hint = "id, parents, description, type, inuse, mutable, immutable, shared, private" },
    };
}
