using Cofferdam.Linux;

namespace Cofferdam.Storage.Layers;

/// <summary>How removed files are marked: in a layer's tar by names (OCI image-spec, layer.md#whiteouts), in overlayfs's upper directory by device 0/0 and an attribute.</summary>
internal static class OverlayMarks
{
    internal const string WhiteoutPrefix = ".wh.";
    internal const string OpaqueName = ".wh..wh..opq";

    /// <summary>What aufs kept in its layers; means nothing to others.</summary>
    internal const string MetadataPrefix = ".wh..wh.";

    private const string TrustedPrefix = "trusted.overlay.";
    private const string UserPrefix = "user.overlay.";
    private const string Opaque = "opaque";

    /// <summary>Whether an extended attribute is overlayfs's own, and so no part of a layer.</summary>
    internal static bool IsOwn(string attribute) =>
        attribute.StartsWith(TrustedPrefix, StringComparison.Ordinal) || attribute.StartsWith(UserPrefix, StringComparison.Ordinal);

    /// <summary>Whether an attribute says that the entry is only a part of a file that lies in a lower layer.</summary>
    internal static bool IsPartial(string attribute) => IsOwn(attribute) && attribute[(attribute.LastIndexOf('.') + 1)..] is "redirect" or "metacopy";

    /// <summary>Whether a directory of an upper directory hides what is below it.</summary>
    internal static bool IsOpaque(RootedDirectory root, string path) =>
        root.GetXattr(path, TrustedPrefix + Opaque) is [(byte)'y'] || root.GetXattr(path, UserPrefix + Opaque) is [(byte)'y'];

    /// <summary>Makes a directory of an upper directory hide what is below it.</summary>
    internal static void SetOpaque(RootedDirectory root, string path)
    {
        try
        {
            root.SetXattr(path, TrustedPrefix + Opaque, "y"u8);
        }
        catch (LinuxException error) when (error.Errno == Errno.EPERM)
        {
            // In a user namespace overlayfs is mounted with userxattr.
            root.SetXattr(path, UserPrefix + Opaque, "y"u8);
        }
    }

    /// <summary>Makes a directory of an upper directory show again what is below.</summary>
    internal static void RemoveOpaque(RootedDirectory root, string path)
    {
        root.RemoveXattr(path, TrustedPrefix + Opaque);
        root.RemoveXattr(path, UserPrefix + Opaque);
    }

    /// <summary>Whether the names of a directory's attributes, which must be its own listing, mark it opaque.</summary>
    internal static bool NamesOpaque(IReadOnlyList<string> attributes) => attributes.Contains(TrustedPrefix + Opaque) || attributes.Contains(UserPrefix + Opaque);
}
