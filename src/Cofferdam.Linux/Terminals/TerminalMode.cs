namespace Cofferdam.Linux;

/// <summary>A terminal in raw mode for as long as this lives; the mode it had before comes back on dispose.</summary>
public sealed unsafe class TerminalMode : IDisposable
{
    // glibc's struct termios is 60 bytes, musl's the same; room is left for others.
    private const int TermiosSize = 256;

    private readonly int _descriptor;
    private readonly byte[] _before;
    private bool _restored;

    private TerminalMode(int descriptor, byte[] before) => (_descriptor, _before) = (descriptor, before);

    /// <summary>Whether a descriptor is a terminal.</summary>
    public static bool IsTerminal(int descriptor) => LibcTerminalMode.isatty(descriptor) == 1;

    /// <summary>Rows and columns of a terminal; null when the descriptor is none or the terminal does not say.</summary>
    public static (int Rows, int Columns)? GetSize(int descriptor)
    {
        // SAFETY: TIOCGWINSZ writes one struct winsize of four unsigned shorts.
        var size = stackalloc ushort[4];
        return LibcTerminalMode.ioctl(descriptor, LibcTerminalMode.TIOCGWINSZ, size) == 0 && size[0] > 0 && size[1] > 0
            ? (size[0], size[1])
            : null;
    }

    /// <summary>Puts a terminal in raw mode: no echo, no line editing, no signals from keys. Throws <see cref="LinuxException"/>.</summary>
    public static TerminalMode MakeRaw(int descriptor)
    {
        var before = new byte[TermiosSize];
        // SAFETY: both buffers are larger than any libc's struct termios and pinned while called.
        fixed (byte* pointer = before)
        {
            if (LibcTerminalMode.tcgetattr(descriptor, pointer) != 0)
            {
                throw LinuxException.Last("tcgetattr", string.Empty);
            }
        }

        var raw = (byte[])before.Clone();
        fixed (byte* pointer = raw)
        {
            LibcTerminalMode.cfmakeraw(pointer);
            if (LibcTerminalMode.tcsetattr(descriptor, LibcTerminalMode.TCSANOW, pointer) != 0)
            {
                throw LinuxException.Last("tcsetattr", string.Empty);
            }
        }

        return new TerminalMode(descriptor, before);
    }

    /// <summary>Gives the terminal its former mode; a second call does nothing.</summary>
    public void Dispose()
    {
        if (_restored)
        {
            return;
        }

        _restored = true;
        // SAFETY: the buffer was filled by tcgetattr.
        fixed (byte* pointer = _before)
        {
            // A terminal that went away has no mode to restore.
            _ = LibcTerminalMode.tcsetattr(_descriptor, LibcTerminalMode.TCSANOW, pointer);
        }
    }
}
