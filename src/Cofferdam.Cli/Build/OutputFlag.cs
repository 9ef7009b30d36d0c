using Cofferdam.Cli.Parsing;
using Cofferdam.Model;

namespace Cofferdam.Cli.Build;

/// <summary>One <c>--output</c>.</summary>
/// <param name="Type">The exporter, for example <c>image</c>, <c>oci</c>, <c>local</c>; <c>cacheonly</c> is none.</param>
/// <param name="Destination">The file or directory; <c>-</c> is standard output; null is none.</param>
/// <param name="Attributes">What goes to the exporter.</param>
internal sealed record OutputFlag(string Type, string? Destination, IReadOnlyDictionary<string, string> Attributes)
{
    private static readonly string[] KnownTypes = ["image", "registry", "oci", "docker", "local", "tar", "cacheonly"];

    /// <summary>Whether the result is a directory on this machine.</summary>
    public bool IsDirectory => Type == "local" || (Type is "oci" or "docker" && Attributes.GetValueOrDefault("tar") == "false");

    /// <summary>Whether the result is a file on this machine.</summary>
    public bool IsFile => !IsDirectory && Type is "oci" or "docker" or "tar";

    /// <summary>Reads <c>type=TYPE[,KEY=VALUE]</c>, a directory, or <c>-</c> for a tar on standard output; throws <see cref="UsageException"/>.</summary>
    public static OutputFlag Parse(string text)
    {
        var fields = CsvFields.Split(text);
        if (fields.Count == 1 && fields[0] == text && !text.StartsWith("type=", StringComparison.OrdinalIgnoreCase))
        {
            return text == "-" ? new OutputFlag("tar", "-", new Dictionary<string, string>()) : new OutputFlag("local", text, new Dictionary<string, string>());
        }

        var attributes = new Dictionary<string, string>();
        string? type = null, destination = null;
        foreach (var field in fields)
        {
            var (key, value) = CsvFields.Pair(field, "--output");
            if (key == "type")
            {
                type = value;
            }
            else if (key == "dest")
            {
                destination = value;
            }
            else
            {
                attributes[key] = value;
            }
        }

        return new OutputFlag(type ?? throw new UsageException("\"--output\" needs a type"), destination, attributes).Checked();
    }

    private OutputFlag Checked()
    {
        if (!KnownTypes.Contains(Type))
        {
            var near = NearMatch.Find(Type, KnownTypes);
            throw new UsageException($"unknown output type {Quote.Text(Type)}")
            {
                Hint = near is null ? $"it is one of {string.Join(", ", KnownTypes)}" : $"did you mean {Quote.Text(near)}?",
            };
        }

        if (Type == "registry")
        {
            return this with { Type = "image", Attributes = new Dictionary<string, string>(Attributes) { ["push"] = "true" } };
        }

        if (IsDirectory && Destination is null)
        {
            throw new UsageException($"output type {Quote.Text(Type)} needs \"dest\"") { Hint = $"write it as type={Type},dest=DIRECTORY" };
        }

        if (IsDirectory && Destination == "-")
        {
            throw new UsageException($"output type {Quote.Text(Type)} is a directory and cannot go to standard output") { Hint = "use type=tar,dest=-" };
        }

        if (Type is "tar" or "oci" && Destination is null)
        {
            return this with { Destination = "-" };
        }

        // Without a destination the image goes where docker's would: to the daemon's images.
        return Type == "docker" && Destination is null ? this with { Type = "image" } : this;
    }
}
