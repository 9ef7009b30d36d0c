using Microsoft.Win32.SafeHandles;

namespace Cofferdam.Linux;

/// <summary>A terminal made of two descriptors: programs use the slave, and whoever has the master is the screen and the keyboard.</summary>
/// <param name="Master">The screen's side.</param>
/// <param name="Slave">The programs' side.</param>
public sealed record PseudoTerminal(SafeFileHandle Master, SafeFileHandle Slave) : IDisposable
{
    /// <summary>Makes a terminal; it becomes nobody's controlling terminal.</summary>
    public static PseudoTerminal Create()
    {
        var master = TerminalCalls.posix_openpt(TerminalCalls.O_RDWR_NOCTTY_CLOEXEC);
        Mounts.Check(master, "posix_openpt", string.Empty);
        var owned = new SafeFileHandle(master, ownsHandle: true);
        try
        {
            Mounts.Check(TerminalCalls.unlockpt(owned), "unlockpt", string.Empty);

            // By the master, not by its name in /dev/pts, which may be another mount's.
            var slave = TerminalCalls.OpenPeer(owned, TerminalCalls.TIOCGPTPEER, TerminalCalls.O_RDWR_NOCTTY_CLOEXEC);
            Mounts.Check(slave, "ioctl", "terminal's other side");
            return new PseudoTerminal(owned, new SafeFileHandle(slave, ownsHandle: true));
        }
        catch
        {
            owned.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Slave.Dispose();
        Master.Dispose();
    }
}
