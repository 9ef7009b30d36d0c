using System.Runtime.InteropServices;
using Cofferdam.Model;

namespace Cofferdam.Linux;

/// <summary>The kernel refused a call.</summary>
public sealed class LinuxException : CofferdamException
{
    /// <summary>Makes an error of a failed call.</summary>
    /// <param name="errno">The error number.</param>
    /// <param name="operation">What was called, by the kernel's name.</param>
    /// <param name="subject">What it was called on, usually a path; may be empty.</param>
    public LinuxException(int errno, string operation, string subject)
        : base(errno == Linux.Errno.ENOSPC || errno == Linux.Errno.EDQUOT ? ErrorCode.DiskFull : ErrorCode.System, Describe(errno, operation, subject)) =>
        (Errno, Operation, Subject) = (errno, operation, subject);

    /// <summary>The error number, one of <see cref="Linux.Errno"/>.</summary>
    public int Errno { get; }

    /// <summary>What was called.</summary>
    public string Operation { get; }

    /// <summary>What it was called on.</summary>
    public string Subject { get; }

    /// <summary>The error of the call that failed last on this thread; the import must set the last error.</summary>
    public static LinuxException Last(string operation, string subject) => new(Marshal.GetLastPInvokeError(), operation, subject);

    private static string Describe(int errno, string operation, string subject)
    {
        var reason = Marshal.GetPInvokeErrorMessage(errno).ToLowerInvariant();
        return subject.Length == 0 ? $"{operation}: {reason}" : $"{operation} {Quote.Text(subject)}: {reason}";
    }
}
