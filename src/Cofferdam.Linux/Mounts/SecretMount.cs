using System.Runtime.InteropServices;

namespace Cofferdam.Linux;

/// <summary>A file system in memory for secrets: never swapped where the kernel can promise that (6.4, and not in a user namespace).</summary>
public static class SecretMount
{
    private const string Options = "mode=0711,size=67108864";

    /// <summary>Mounts it on a directory that exists; says whether it is kept from swap.</summary>
    public static bool Mount(string target)
    {
        const nuint flags = MountCalls.MS_NOSUID | MountCalls.MS_NODEV;
        if (MountCalls.Mount("cofferdam-secrets", target, "tmpfs", flags, Options + ",noswap") == 0)
        {
            return true;
        }

        if (Marshal.GetLastPInvokeError() is not (Errno.EINVAL or Errno.EPERM))
        {
            throw LinuxException.Last("mount tmpfs", target);
        }

        Mounts.Check(MountCalls.Mount("cofferdam-secrets", target, "tmpfs", flags, Options), "mount tmpfs", target);
        return false;
    }
}
