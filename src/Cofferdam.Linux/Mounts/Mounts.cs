using System.Globalization;
using System.Runtime.InteropServices;

namespace Cofferdam.Linux;

/// <summary>Mounts and unmounts in the process's own mount namespace.</summary>
public static class Mounts
{
    /// <summary>Makes <paramref name="source"/>, and with <paramref name="recursive"/> what is mounted below it, appear at <paramref name="target"/>, which exists.</summary>
    public static void Bind(string source, string target, bool readOnly, bool recursive)
    {
        Check(MountCalls.Mount(source, target, null, MountCalls.MS_BIND | (recursive ? MountCalls.MS_REC : 0), null), "mount", target);
        if (!readOnly)
        {
            return;
        }

        try
        {
            MakeReadOnly(target, recursive);
        }
        catch (LinuxException)
        {
            TryUnmount(target);
            throw;
        }
    }

    /// <summary>Makes a mount read-only, and with <paramref name="recursive"/> those below it.</summary>
    public static void MakeReadOnly(string target, bool recursive)
    {
        var attributes = new MountCalls.MountAttributes { Set = MountCalls.MOUNT_ATTR_RDONLY };
        if (MountCalls.MountSetAttributes(MountCalls.SYS_mount_setattr, MountCalls.AT_FDCWD, target, recursive ? MountCalls.AT_RECURSIVE : 0, ref attributes, MountCalls.MountAttributesSize) == 0)
        {
            return;
        }

        if (Marshal.GetLastPInvokeError() != Errno.ENOSYS)
        {
            throw LinuxException.Last("mount_setattr", target);
        }

        // Before 5.12 only the mount itself; flags that a user namespace locks must be repeated.
        var kept = (nuint)FileSystemSpace.Of(target).MountFlags & (MountCalls.MS_NOSUID | MountCalls.MS_NODEV | MountCalls.MS_NOEXEC);
        Check(MountCalls.Mount(null, target, null, MountCalls.MS_BIND | MountCalls.MS_REMOUNT | MountCalls.MS_RDONLY | kept, null), "remount", target);
    }

    /// <summary>Mounts an empty file system in memory.</summary>
    /// <param name="target">Where; a directory that exists.</param>
    /// <param name="size">Bytes it may hold at most; null for the kernel's default, half of the memory.</param>
    /// <param name="mode">The mode of its root.</param>
    public static void Tmpfs(string target, long? size, UnixFileMode mode)
    {
        var options = "mode=" + Convert.ToString((int)mode, 8) + (size is { } bytes ? string.Create(CultureInfo.InvariantCulture, $",size={bytes}") : string.Empty);
        Check(MountCalls.Mount("tmpfs", target, "tmpfs", MountCalls.MS_NOSUID | MountCalls.MS_NODEV, options), "mount tmpfs", target);
    }

    /// <summary>Mounts a stack of directories as one file system.</summary>
    public static void Overlay(OverlayMount overlay, string target) => OverlayMounter.Mount(overlay, target);

    /// <summary>Unmounts; a mount in use is detached at once and ends with its last user. A path that is no mount point is no error.</summary>
    public static void Unmount(string target)
    {
        if (MountCalls.Unmount(target, MountCalls.UMOUNT_NOFOLLOW) != 0 && Marshal.GetLastPInvokeError() == Errno.EBUSY)
        {
            Detach(target);
            return;
        }

        ThrowUnlessGone(target);
    }

    /// <summary>Takes a mount, with those below it, out of the tree at once; it ends with its last user. A path that is no mount point is no error.</summary>
    public static void Detach(string target)
    {
        _ = MountCalls.Unmount(target, MountCalls.UMOUNT_NOFOLLOW | MountCalls.MNT_DETACH);
        ThrowUnlessGone(target);
    }

    /// <summary>Unmounts and says whether nothing is mounted there now; never throws.</summary>
    public static bool TryUnmount(string target)
    {
        try
        {
            Unmount(target);
            return true;
        }
        catch (LinuxException)
        {
            return false;
        }
    }

    /// <summary>Detaches everything mounted below a directory; the directory's own mount stays. Returns how many mounts there were.</summary>
    public static int DetachBelow(string directory)
    {
        var prefix = directory.TrimEnd('/') + "/";
        var below = MountInfo.Read().Where(mount => mount.MountPoint.StartsWith(prefix, StringComparison.Ordinal)).ToList();
        for (var index = below.Count - 1; index >= 0; index--)
        {
            Detach(below[index].MountPoint);
        }

        return below.Count;
    }

    internal static void Check(nint result, string operation, string subject)
    {
        if (result < 0)
        {
            throw LinuxException.Last(operation, subject);
        }
    }

    // The error is that of the last import; success leaves 0.
    private static void ThrowUnlessGone(string target)
    {
        if (Marshal.GetLastPInvokeError() is var error && error is not (0 or Errno.EINVAL or Errno.ENOENT))
        {
            throw new LinuxException(error, "unmount", target);
        }
    }
}
