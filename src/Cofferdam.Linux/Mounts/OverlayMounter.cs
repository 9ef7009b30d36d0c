using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using Cofferdam.Model;
using Microsoft.Win32.SafeHandles;

namespace Cofferdam.Linux;

/// <summary>Mounts overlays: with fsconfig(2) where each layer is an option of its own (Linux 6.7), else with one string of a page at most.</summary>
internal static class OverlayMounter
{
    private const int O_PATH = 0x200000;
    private const int O_CLOEXEC = 0x80000;

    // fsconfig(2) takes 255 bytes of a value, mount(2) a page of options.
    private const int MaxValue = 255;
    private const int MaxOptions = 4095;

    private static volatile bool s_oneByOneIsMissing;

    public static void Mount(OverlayMount overlay, string target)
    {
        if (overlay.LowerDirectories.Length > OverlayMount.MaxLayers)
        {
            throw new UnsupportedException($"cannot mount {overlay.LowerDirectories.Length} layers over each other, the kernel takes {OverlayMount.MaxLayers}");
        }

        if (!s_oneByOneIsMissing)
        {
            if (TryMountOneByOne(overlay, target))
            {
                return;
            }

            s_oneByOneIsMissing = true;
        }

        MountByString(overlay, target);
    }

    /// <summary>Mounts with one string of options; the way for kernels before 6.7.</summary>
    internal static void MountByString(OverlayMount overlay, string target)
    {
        var handles = new List<SafeFileHandle>();
        try
        {
            var options = new StringBuilder("lowerdir=");
            foreach (var directory in overlay.LowerDirectories)
            {
                // Short, and free of the separators that names of layers may hold.
                options.Append(ByDescriptor(directory, handles)).Append(':');
            }

            options.Length--;
            if (overlay.UpperDirectory is { } upper)
            {
                options.Append(",upperdir=").Append(ByDescriptor(upper, handles)).Append(",workdir=").Append(ByDescriptor(overlay.WorkDirectory!, handles));
            }

            foreach (var (key, value) in Options(overlay))
            {
                options.Append(',').Append(key).Append(value is null ? string.Empty : "=" + value);
            }

            if (options.Length > MaxOptions)
            {
                throw new UnsupportedException($"cannot mount {overlay.LowerDirectories.Length} layers over each other on this kernel") { Hint = "Linux 6.7 and later take 500" };
            }

            Mounts.Check(MountCalls.Mount("overlay", target, "overlay", overlay.UpperDirectory is null ? MountCalls.MS_RDONLY : 0, options.ToString()), "mount overlay", target);
        }
        finally
        {
            handles.ForEach(handle => handle.Dispose());
        }
    }

    /// <summary>False where the kernel doesn't know the way.</summary>
    private static bool TryMountOneByOne(OverlayMount overlay, string target)
    {
        using var context = Take(MountCalls.FsOpen(MountCalls.SYS_fsopen, "overlay", MountCalls.FSOPEN_CLOEXEC));
        if (context.IsInvalid)
        {
            return Marshal.GetLastPInvokeError() == Errno.ENOSYS ? false : throw LinuxException.Last("mount overlay", target);
        }

        var handles = new List<SafeFileHandle>();
        try
        {
            for (var index = 0; index < overlay.LowerDirectories.Length; index++)
            {
                if (!TrySet(context, "lowerdir+", Short(overlay.LowerDirectories[index], handles)))
                {
                    return index == 0 && Marshal.GetLastPInvokeError() == Errno.EINVAL ? false : throw LinuxException.Last("mount overlay", overlay.LowerDirectories[index]);
                }
            }

            if (overlay.UpperDirectory is { } upper)
            {
                Set(context, "upperdir", Short(upper, handles), upper);
                Set(context, "workdir", Short(overlay.WorkDirectory!, handles), overlay.WorkDirectory!);
            }

            foreach (var (key, value) in Options(overlay))
            {
                Set(context, key, value, target);
            }

            if (overlay.UpperDirectory is null)
            {
                Set(context, "ro", null, target);
            }

            Mounts.Check(MountCalls.FsConfig(MountCalls.SYS_fsconfig, context.DangerousGetHandle(), MountCalls.FSCONFIG_CMD_CREATE, null, null, 0), "mount overlay", target);
            using var mount = Take(MountCalls.FsMount(MountCalls.SYS_fsmount, context.DangerousGetHandle(), MountCalls.FSMOUNT_CLOEXEC, 0));
            Mounts.Check(mount.DangerousGetHandle(), "mount overlay", target);
            Mounts.Check(
                MountCalls.MoveMount(MountCalls.SYS_move_mount, mount.DangerousGetHandle(), string.Empty, MountCalls.AT_FDCWD, target, MountCalls.MOVE_MOUNT_F_EMPTY_PATH),
                "mount overlay",
                target);
            return true;
        }
        finally
        {
            handles.ForEach(handle => handle.Dispose());
        }
    }

    /// <summary>What keeps an upper directory a plain layer: no marks that point elsewhere are made or followed.</summary>
    private static IEnumerable<(string Key, string? Value)> Options(OverlayMount overlay)
    {
        yield return ("index", "off");
        yield return ("metacopy", "off");
        yield return ("redirect_dir", "nofollow");
        if (overlay.UserAttributes)
        {
            yield return ("userxattr", null);
        }

        if (overlay is { Volatile: true, UpperDirectory: not null })
        {
            yield return ("volatile", null);
        }
    }

    private static void Set(SafeFileHandle context, string key, string? value, string subject)
    {
        if (!TrySet(context, key, value))
        {
            throw LinuxException.Last($"mount overlay ({key})", subject);
        }
    }

    private static bool TrySet(SafeFileHandle context, string key, string? value) =>
        MountCalls.FsConfig(
            MountCalls.SYS_fsconfig,
            context.DangerousGetHandle(),
            value is null ? MountCalls.FSCONFIG_SET_FLAG : MountCalls.FSCONFIG_SET_STRING,
            key,
            value,
            0) == 0;

    private static string Short(string path, List<SafeFileHandle> handles) =>
        Encoding.UTF8.GetByteCount(path) <= MaxValue ? path : ByDescriptor(path, handles);

    private static string ByDescriptor(string path, List<SafeFileHandle> handles)
    {
        var handle = Take(MountCalls.Open(path, O_PATH | O_CLOEXEC, 0));
        handles.Add(handle);
        Mounts.Check(handle.DangerousGetHandle(), "open", path);
        return string.Create(CultureInfo.InvariantCulture, $"/proc/self/fd/{handle.DangerousGetHandle()}");
    }

    private static SafeFileHandle Take(nint descriptor) => new(descriptor, ownsHandle: true);
}
