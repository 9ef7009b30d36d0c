namespace Cofferdam.Linux;

/// <summary>Properties of this process that .NET has no words for.</summary>
public static class CurrentProcess
{
    /// <summary>Keeps the process's memory from core dumps and from tracers of the same user.</summary>
    public static void ForbidDump() => Mounts.Check(ProcessCalls.Control(ProcessCalls.PR_SET_DUMPABLE, 0, 0, 0, 0), "prctl", "dumpable");

    /// <summary>Has the kernel send a signal when the thread that started this process ends.</summary>
    public static void SignalOnParentDeath(int signal) => Mounts.Check(ProcessCalls.Control(ProcessCalls.PR_SET_PDEATHSIG, (nuint)signal, 0, 0, 0), "prctl", "parent death signal");

    /// <summary>Names the calling thread, which for the first thread is the process; the kernel keeps 15 bytes.</summary>
    public static void SetName(string name) => Mounts.Check(ProcessCalls.ControlName(ProcessCalls.PR_SET_NAME, name, 0, 0, 0), "prctl", name);

    /// <summary>Leaves the terminal's session and begins an own one. A process that leads a group already is left as it is.</summary>
    public static void BeginSession()
    {
        if (ProcessCalls.SetSession() < 0 && System.Runtime.InteropServices.Marshal.GetLastPInvokeError() != Errno.EPERM)
        {
            throw LinuxException.Last("setsid", string.Empty);
        }
    }
}
