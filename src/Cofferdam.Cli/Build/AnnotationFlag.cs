using Cofferdam.Model;

namespace Cofferdam.Cli.Build;

/// <summary>Reads <c>--annotation [TYPE[,TYPE]:]KEY=VALUE</c> into the keys that exporters know.</summary>
internal static class AnnotationFlag
{
    private static readonly string[] Kinds = ["index", "index-descriptor", "manifest", "manifest-descriptor"];

    /// <summary>The exporter attributes of one flag; throws <see cref="UsageException"/>.</summary>
    public static IEnumerable<KeyValuePair<string, string>> Parse(string text)
    {
        var equals = text.IndexOf('=', StringComparison.Ordinal);
        if (equals <= 0)
        {
            throw new UsageException($"invalid annotation {Quote.Text(text)}: expected key=value");
        }

        var (key, value) = (text[..equals], text[(equals + 1)..]);
        var colon = key.IndexOf(':', StringComparison.Ordinal);
        if (colon < 0)
        {
            return [new("annotation." + key, value)];
        }

        var types = key[..colon].Split(',');
        return types.Select(type => new KeyValuePair<string, string>($"annotation-{Checked(type)}.{key[(colon + 1)..]}", value)).ToList();
    }

    private static string Checked(string type)
    {
        var kind = type.IndexOf('[', StringComparison.Ordinal) is > 0 and var bracket ? type[..bracket] : type;
        return Kinds.Contains(kind) ? type : throw new UsageException($"unknown annotation type {Quote.Text(kind)}") { Hint = $"it is one of {string.Join(", ", Kinds)}" };
    }
}
