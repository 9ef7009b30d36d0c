using Microsoft.Win32.SafeHandles;

namespace Cofferdam.Linux;

/// <summary>Makes what was written survive a loss of power.</summary>
public static class Durability
{
    /// <summary>Makes a directory's names, or a file's content, durable.</summary>
    public static void Sync(string path) => On(path, "fsync", SyncCalls.FSync);

    /// <summary>Makes everything on the file system that holds a path durable. May take long.</summary>
    public static void SyncFileSystem(string path) => On(path, "syncfs", SyncCalls.SyncFs);

    private static void On(string path, string operation, Func<nint, int> call)
    {
        using var handle = new SafeFileHandle(MountCalls.Open(path, SyncCalls.O_RDONLY_CLOEXEC_DIRECTORY, 0), ownsHandle: true);
        Mounts.Check(handle.DangerousGetHandle(), "open", path);
        Mounts.Check(call(handle.DangerousGetHandle()), operation, path);
    }
}
