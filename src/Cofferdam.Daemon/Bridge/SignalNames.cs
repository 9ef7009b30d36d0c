using Cofferdam.Model;

namespace Cofferdam.Daemon;

/// <summary>Names of signals without <c>SIG</c>, as the gateway's messages have them, in the kernel's numbering.</summary>
internal static class SignalNames
{
    private static readonly string[] Names =
    [
        "HUP", "INT", "QUIT", "ILL", "TRAP", "ABRT", "BUS", "FPE", "KILL", "USR1", "SEGV", "USR2", "PIPE", "ALRM", "TERM", "STKFLT",
        "CHLD", "CONT", "STOP", "TSTP", "TTIN", "TTOU", "URG", "XCPU", "XFSZ", "VTALRM", "PROF", "WINCH", "IO", "PWR", "SYS",
    ];

    /// <summary>The number of a signal; throws where there is none of that name.</summary>
    public static int Parse(string name)
    {
        var index = Array.IndexOf(Names, name.StartsWith("SIG", StringComparison.Ordinal) ? name[3..] : name);
        return index >= 0 ? index + 1 : throw new InvalidInputException($"Unknown signal {name}");
    }
}
