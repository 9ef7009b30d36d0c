using System.Text.RegularExpressions;
using Cofferdam.Model;

namespace Cofferdam.Testing;

/// <summary>Reads inputs and holds the readers to their rules.</summary>
public static partial class FuzzCheck
{
    // Time of the processor: what else the machine does counts little.
    private const double SecondsPerByte = 100e-6;
    private const double Seconds = 5;
    private const long AllocatedPerByte = 256 << 10;
    private const long Allocated = 1L << 30;

    /// <summary>Reads an input; throws <see cref="FuzzException"/> where anything but a CofferdamException leaves the reader, or where it takes too long or too much.</summary>
    public static FuzzOutcome Run(FuzzTarget target, byte[] input)
    {
        var allocated = GC.GetAllocatedBytesForCurrentThread();
        var time = Environment.CpuUsage.TotalTime;
        var kind = Read(target, input);
        time = Environment.CpuUsage.TotalTime - time;
        allocated = GC.GetAllocatedBytesForCurrentThread() - allocated;
        if (allocated > Allocated + (AllocatedPerByte * input.Length))
        {
            throw new FuzzException($"{input.Length} bytes made it allocate {allocated >> 20} MiB");
        }

        return time.TotalSeconds <= Seconds + (SecondsPerByte * input.Length)
            ? new FuzzOutcome(kind, time, allocated)
            : throw new FuzzException($"{input.Length} bytes took it {time.TotalSeconds:F1} s");
    }

    private static string Read(FuzzTarget target, byte[] input)
    {
        try
        {
            target.Read(input);
            return string.Empty;
        }
        catch (CofferdamException error)
        {
            var message = Quoted().Replace(error.Message, string.Empty);
            return message[..Math.Min(message.Length, 30)];
        }
#pragma warning disable CA1031 // Any other is what is looked for.
        catch (Exception error)
#pragma warning restore CA1031
        {
            throw new FuzzException($"{error.GetType().Name}: {error.Message}\n{error.StackTrace}", error);
        }
    }

    [GeneratedRegex("""'[^']*'|"(?:[^"\\]|\\.)*"|\d+""")]
    private static partial Regex Quoted();
}
