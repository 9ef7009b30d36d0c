using System.Runtime.InteropServices;

namespace Cofferdam.Linux;

/// <summary>ioctl_tty(2).</summary>
[System.Diagnostics.CodeAnalysis.SuppressMessage("Security", "CA5392", Justification = "libc is the process's own.")]
internal static partial class TerminalCalls
{
    internal const nuint TIOCGPTPEER = 0x5441;
    internal const int O_RDWR_NOCTTY_CLOEXEC = 0x2 | 0x100 | 0x80000;
    private const nuint TIOCSWINSZ = 0x5414;

    internal static void SetSize(SafeHandle terminal, int rows, int columns)
    {
        var size = new WindowSize { Rows = (ushort)rows, Columns = (ushort)columns };
        Mounts.Check(SetWindow(terminal, TIOCSWINSZ, size), "ioctl", "window size");
    }

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int posix_openpt(int flags);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int unlockpt(SafeHandle master);

    [LibraryImport("libc", EntryPoint = "ioctl", SetLastError = true)]
    internal static partial int OpenPeer(SafeHandle master, nuint request, nint flags);

    [LibraryImport("libc", EntryPoint = "ioctl", SetLastError = true)]
    private static partial int SetWindow(SafeHandle terminal, nuint request, in WindowSize size);

    /// <summary>struct winsize.</summary>
    private struct WindowSize
    {
        public ushort Rows;
        public ushort Columns;
        public ushort PixelsAcross;
        public ushort PixelsDown;
    }
}
