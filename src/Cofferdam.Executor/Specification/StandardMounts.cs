namespace Cofferdam.Executor;

/// <summary>What every step has mounted, as BuildKit's specification has it.</summary>
internal static class StandardMounts
{
    /// <summary>The mounts, parents first.</summary>
    public static IEnumerable<RuntimeSpec.MountEntry> Create(bool isPrivileged)
    {
        string[] access = isPrivileged ? ["rw"] : ["ro"];
        yield return new("/proc", "proc", "proc", ["nosuid", "noexec", "nodev"]);
        yield return new("/dev", "tmpfs", "tmpfs", ["nosuid", "strictatime", "mode=755", "size=65536k"]);
        yield return new("/dev/pts", "devpts", "devpts", ["nosuid", "noexec", "newinstance", "ptmxmode=0666", "mode=0620", "gid=5"]);
        yield return new("/dev/shm", "tmpfs", "shm", ["nosuid", "noexec", "nodev", "mode=1777", "size=65536k"]);
        yield return new("/dev/mqueue", "mqueue", "mqueue", ["nosuid", "noexec", "nodev"]);
        yield return new("/sys", "sysfs", "sysfs", ["nosuid", "noexec", "nodev", .. access]);
        yield return new("/sys/fs/cgroup", "cgroup", "cgroup", ["nosuid", "noexec", "nodev", "relatime", .. access]);
    }
}
