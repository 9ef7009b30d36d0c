using System.Globalization;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Cofferdam.Linux;

/// <summary>A process, held so that its number cannot come to mean another one (pidfd_open(2)).</summary>
public sealed class ProcessHandle : IDisposable
{
    private const int ESRCH = 3;
    private readonly SafeFileHandle _descriptor;

    private ProcessHandle(SafeFileHandle descriptor) => _descriptor = descriptor;

    /// <summary>Holds a process; throws when there is none of that number.</summary>
    public static ProcessHandle Open(int process) =>
        TryOpen(process) ?? throw new LinuxException(ESRCH, "pidfd_open", process.ToString(CultureInfo.InvariantCulture));

    /// <summary>Holds a process; null when there is none of that number.</summary>
    public static ProcessHandle? TryOpen(int process)
    {
        var descriptor = SpawnCalls.pidfd_open(SpawnCalls.SYS_pidfd_open, process, 0);
        if (descriptor >= 0)
        {
            return new ProcessHandle(new SafeFileHandle(descriptor, ownsHandle: true));
        }

        return Marshal.GetLastPInvokeError() == ESRCH ? null : throw LinuxException.Last("pidfd_open", process.ToString(CultureInfo.InvariantCulture));
    }

    /// <summary>Sends a signal; false when the process has ended.</summary>
    public bool Send(int signal)
    {
        if (SpawnCalls.pidfd_send_signal(SpawnCalls.SYS_pidfd_send_signal, _descriptor.DangerousGetHandle(), signal, 0, 0) == 0)
        {
            return true;
        }

        return Marshal.GetLastPInvokeError() == ESRCH ? false : throw LinuxException.Last("pidfd_send_signal", signal.ToString(CultureInfo.InvariantCulture));
    }

    /// <summary>Waits for its end.</summary>
    public Task WaitAsync(CancellationToken cancellationToken) => DescriptorEvents.WaitAsync(_descriptor, forWriting: false, cancellationToken);

    /// <inheritdoc/>
    public void Dispose() => _descriptor.Dispose();
}
