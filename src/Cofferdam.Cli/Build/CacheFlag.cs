using Cofferdam.Cli.Parsing;

namespace Cofferdam.Cli.Build;

/// <summary>One <c>--cache-from</c> or <c>--cache-to</c>.</summary>
/// <param name="Type">The kind of cache, for example <c>registry</c>.</param>
/// <param name="Attributes">What goes to it.</param>
internal sealed record CacheFlag(string Type, IReadOnlyDictionary<string, string> Attributes)
{
    /// <summary>Reads <c>type=TYPE,KEY=VALUE…</c>, or a bare reference for a registry; throws <see cref="UsageException"/>.</summary>
    public static CacheFlag Parse(string text, string flag)
    {
        var fields = CsvFields.Split(text);
        if (fields.All(field => !field.Contains('=', StringComparison.Ordinal)))
        {
            return fields.Count == 1
                ? new CacheFlag("registry", new Dictionary<string, string> { ["ref"] = text })
                : throw new UsageException($"invalid value for \"{flag}\": it has neither a type nor a single reference");
        }

        var attributes = fields.Select(field => CsvFields.Pair(field, flag)).ToDictionary(pair => pair.Key, pair => pair.Value);
        return attributes.Remove("type", out var type)
            ? new CacheFlag(type, attributes)
            : throw new UsageException($"\"{flag}\" needs a type") { Hint = "write it as type=registry,ref=NAME" };
    }
}
