using System.Globalization;

namespace Cofferdam.Dockerfile;

/// <summary>Names of Linux signals (signal(7)).</summary>
internal static class SignalNames
{
    private static readonly HashSet<string> Names =
    [
        "ABRT", "ALRM", "BUS", "CHLD", "CLD", "CONT", "FPE", "HUP", "ILL", "INT", "IO", "IOT", "KILL", "PIPE", "POLL", "PROF", "PWR", "QUIT", "SEGV", "STKFLT", "STOP",
        "SYS", "TERM", "TRAP", "TSTP", "TTIN", "TTOU", "URG", "USR1", "USR2", "VTALRM", "WINCH", "XCPU", "XFSZ", "RTMIN", "RTMAX",
        .. Enumerable.Range(1, 15).Select(number => $"RTMIN+{number}"),
        .. Enumerable.Range(1, 14).Select(number => $"RTMAX-{number}"),
    ];

    public static void Check(string signal)
    {
        var name = signal.ToUpperInvariant();
        name = name.StartsWith("SIG", StringComparison.Ordinal) ? name[3..] : name;
        if (int.TryParse(signal, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number == 0 : !Names.Contains(name))
        {
            throw DockerfileError.Meaning($"invalid signal: {signal}", NearMatch.Find(name, Names) is { } near ? $"did you mean SIG{near}?" : "give a name such as SIGTERM, or a number");
        }
    }
}
