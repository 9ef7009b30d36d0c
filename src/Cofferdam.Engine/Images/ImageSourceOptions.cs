using System.Globalization;
using Cofferdam.Model;

namespace Cofferdam.Engine;

/// <summary>An image as an LLB source names it.</summary>
internal sealed record ImageSourceOptions
{
    private const string ImageScheme = "docker-image://";
    private const string LayoutScheme = "oci-layout://";

    internal required ImageReference Reference { get; init; }

    internal required Platform Platform { get; init; }

    internal string ResolveMode { get; init; } = "default";

    /// <summary>How many layers, from the lowest, are taken; null is all.</summary>
    internal int? LayerLimit { get; init; }

    /// <summary>The digest that the name must lead to; null where any is good.</summary>
    internal Digest? Checksum { get; init; }

    /// <summary>Whether the image is in a layout of the client.</summary>
    internal bool IsLayout { get; init; }

    /// <summary>The session that serves the layout; null is the build's own.</summary>
    internal string? SessionId { get; init; }

    /// <summary>The name the client serves the layout under.</summary>
    internal string StoreId { get; init; } = string.Empty;

    /// <summary>Whether an identifier names an image.</summary>
    internal static bool IsImage(string identifier) =>
        identifier.StartsWith(ImageScheme, StringComparison.Ordinal) || identifier.StartsWith(LayoutScheme, StringComparison.Ordinal);

    /// <summary>Reads a source; throws <see cref="InvalidInputException"/>.</summary>
    internal static ImageSourceOptions Parse(string identifier, IReadOnlyDictionary<string, string> attributes, Platform platform)
    {
        var isLayout = identifier.StartsWith(LayoutScheme, StringComparison.Ordinal);
        var prefix = isLayout ? "oci." : "image.";
        var reference = ImageReference.Parse(identifier[(isLayout ? LayoutScheme : ImageScheme).Length..]).WithDefaultTag();
        var store = attributes.GetValueOrDefault("oci.store", string.Empty);
        return new ImageSourceOptions
        {
            Reference = reference,
            Platform = platform,
            ResolveMode = attributes.GetValueOrDefault("image.resolvemode", "default"),
            LayerLimit = ReadLimit(attributes.GetValueOrDefault(prefix + "layerlimit")),
            Checksum = attributes.GetValueOrDefault(prefix + "checksum") is { Length: > 0 } checksum ? Digest.Parse(checksum) : null,
            IsLayout = isLayout,
            SessionId = attributes.GetValueOrDefault("oci.session") is { Length: > 0 } session ? session : null,
            StoreId = store.Length > 0 ? store : reference.Familiar.Split('@', ':')[0],
        };
    }

    private static int? ReadLimit(string? text)
    {
        if (string.IsNullOrEmpty(text))
        {
            return null;
        }

        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var limit) && limit > 0
            ? limit
            : throw new InvalidInputException($"invalid layer limit {Quote.Text(text)}");
    }
}
