using Cofferdam.Model;

namespace Cofferdam.Cli.Commands;

/// <summary>Names of images as commands show them.</summary>
internal static class ImageNames
{
    private const string None = "<none>";

    /// <summary>Repository and tag of a name.</summary>
    public static (string Repository, string Tag) Split(string? name)
    {
        if (string.IsNullOrEmpty(name) || !ImageReference.TryParse(name, out var reference))
        {
            return (string.IsNullOrEmpty(name) ? None : name, None);
        }

        var familiar = reference.Familiar;
        if (reference.Digest is not null)
        {
            familiar = familiar[..familiar.IndexOf('@', StringComparison.Ordinal)];
        }

        return reference.Tag is null ? (familiar, None) : (familiar[..^(reference.Tag.Length + 1)], reference.Tag);
    }

    /// <summary>The first twelve digits of a digest.</summary>
    public static string Short(string digest)
    {
        var hex = digest[(digest.IndexOf(':', StringComparison.Ordinal) + 1)..];
        return hex.Length > 12 ? hex[..12] : hex;
    }
}
