using Cofferdam.Linux;

namespace Cofferdam.Storage.Layers;

/// <summary>Sets extended attributes that come from a layer or another tree, as far as the file system and the user namespace let it.</summary>
public static class XattrWriter
{
    private const string Capability = "security.capability";

    /// <summary>Sets one. Overlayfs's own are left out; what the file system does not support, or only the host's root may set, is left out silently as containerd does.</summary>
    public static void Set(RootedDirectory root, string path, string attribute, ReadOnlySpan<byte> value)
    {
        if (OverlayMarks.IsOwn(attribute))
        {
            return;
        }

        try
        {
            root.SetXattr(path, attribute, value);
        }
        catch (LinuxException error) when (error.Errno == Errno.EOPNOTSUPP || (error.Errno == Errno.EPERM && IsPrivileged(attribute)))
        {
            // See the summary.
        }
    }

    private static bool IsPrivileged(string attribute) =>
        attribute != Capability && (attribute.StartsWith("trusted.", StringComparison.Ordinal) || attribute.StartsWith("security.", StringComparison.Ordinal));
}
