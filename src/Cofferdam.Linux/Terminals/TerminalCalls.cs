using System.Runtime.InteropServices;

namespace Cofferdam.Linux;

/// <summary>ioctl_tty(2).</summary>
[System.Diagnostics.CodeAnalysis.SuppressMessage("Security", "CA5392", Justification = "libc is the process's own.")]
internal static partial class TerminalCalls
{
    private const nuint TIOCSWINSZ = 0x5414;

    internal static void SetSize(SafeHandle terminal, int rows, int columns)
    {
        var size = new WindowSize { Rows = (ushort)rows, Columns = (ushort)columns };
        Mounts.Check(SetWindow(terminal, TIOCSWINSZ, size), "ioctl", "window size");
    }

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
