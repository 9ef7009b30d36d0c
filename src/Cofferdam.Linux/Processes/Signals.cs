using System.Globalization;
using System.Runtime.InteropServices;

namespace Cofferdam.Linux;

/// <summary>Sends signals.</summary>
public static class Signals
{
#pragma warning disable CS1591 // The names are the kernel's own.
    public const int SIGHUP = 1;
    public const int SIGINT = 2;
    public const int SIGQUIT = 3;
    public const int SIGKILL = 9;
    public const int SIGTERM = 15;
    public const int SIGCONT = 18;
    public const int SIGWINCH = 28;
#pragma warning restore CS1591

    /// <summary>Sends a signal to a process, or with a negative number to a group. False when there is no such process.</summary>
    public static bool Send(int process, int signal)
    {
        const int ESRCH = 3;
        if (ProcessCalls.Kill(process, signal) == 0)
        {
            return true;
        }

        return Marshal.GetLastPInvokeError() == ESRCH ? false : throw LinuxException.Last("kill", process.ToString(CultureInfo.InvariantCulture));
    }

    /// <summary>Whether a process is there, a zombie included.</summary>
    public static bool IsAlive(int process) =>
        ProcessCalls.Kill(process, 0) == 0 || Marshal.GetLastPInvokeError() == Errno.EPERM;
}
