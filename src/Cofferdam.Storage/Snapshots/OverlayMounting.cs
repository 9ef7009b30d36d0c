using Cofferdam.Linux;
using Cofferdam.Model;

namespace Cofferdam.Storage;

/// <summary>Mounts overlays and says what to do where that fails.</summary>
internal static class OverlayMounting
{
    public static void Mount(OverlayMount overlay, string target)
    {
        try
        {
            Mounts.Overlay(overlay, target);
        }
        catch (LinuxException exception)
        {
            throw new CofferdamException(exception.Code, $"cannot mount {overlay.LowerDirectories.Length} layers at {Quote.Text(target)}: {exception.Message}", exception)
            {
                Hint = exception.Errno switch
                {
                    Errno.EPERM or Errno.EACCES => "run the daemon as root, or in a user namespace that may mount",
                    Errno.ENODEV => "the kernel has no overlayfs: load its module with modprobe overlay",
                    Errno.EINVAL => "the state directory may be on a file system that overlayfs cannot write to, such as another overlay: choose one on ext4 or xfs with --root",
                    _ => null,
                },
            };
        }
    }
}
