using System.Runtime.InteropServices;

namespace Cofferdam.Linux;

/// <summary>Calls that make files durable, and statfs(2).</summary>
[System.Diagnostics.CodeAnalysis.SuppressMessage("Security", "CA5392", Justification = "libc is the process's own.")]
internal static partial class SyncCalls
{
    internal const int O_RDONLY_CLOEXEC_DIRECTORY = 0x80000;

    [LibraryImport("libc", EntryPoint = "statfs", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int StatFs(string path, out FileSystemSpace.StatFsBuffer buffer);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    internal static partial int FSync(nint descriptor);

    [LibraryImport("libc", EntryPoint = "syncfs", SetLastError = true)]
    internal static partial int SyncFs(nint descriptor);
}
