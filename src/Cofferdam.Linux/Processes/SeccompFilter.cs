using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Cofferdam.Linux;

/// <summary>Compiles system call rules to the program that the kernel runs, with libseccomp where it is installed.</summary>
[System.Diagnostics.CodeAnalysis.SuppressMessage("Security", "CA5392", Justification = "The library that the runtimes themselves load.")]
public sealed partial class SeccompFilter : IDisposable
{
    private const string Library = "libseccomp.so.2";
    private const uint SCMP_ACT_ERRNO = 0x00050000;
    private const uint SCMP_ACT_ALLOW = 0x7fff0000;
    private const int NR_SCMP_ERROR = -1;
    private const int EEXIST = -17;

    private nint _context;

    private SeccompFilter(nint context) => _context = context;

    /// <summary>Begins a filter that answers every call with an error; null where the library is not installed.</summary>
    public static SeccompFilter? TryCreate(uint defaultErrno)
    {
        if (!NativeLibrary.TryLoad(Library, out _))
        {
            return null;
        }

        var context = seccomp_init(SCMP_ACT_ERRNO | defaultErrno);
        return context == 0 ? null : new SeccompFilter(context);
    }

    /// <summary>Adds a table of calls, by the OCI name, for example <c>SCMP_ARCH_X86</c>. To be done before any rule.</summary>
    public void AddArchitecture(string name)
    {
        var result = seccomp_arch_add(_context, seccomp_arch_resolve_name(name["SCMP_ARCH_".Length..].ToLowerInvariant()));
        if (result is not (0 or EEXIST))
        {
            throw new LinuxException(-result, "seccomp_arch_add", name);
        }
    }

    /// <summary>Allows a call, or answers it with an error of its own. A call the library does not know stays refused, as the runtimes have it.</summary>
    /// <param name="name">The call.</param>
    /// <param name="errno">The error; null allows it.</param>
    /// <param name="argument">Which argument is looked at, how (<c>EQ</c>, <c>NE</c> or <c>MASKED_EQ</c>), and its values; null is none.</param>
    public void AddRule(string name, uint? errno, (uint Index, string Comparison, ulong Value, ulong ValueTwo)? argument)
    {
        var number = seccomp_syscall_resolve_name(name);
        if (number == NR_SCMP_ERROR)
        {
            return;
        }

        var comparison = new Comparison();
        if (argument is var (index, operation, value, valueTwo))
        {
            comparison = new Comparison { Index = index, Operation = OperationOf(operation), Value = value, ValueTwo = valueTwo };
        }

        var result = seccomp_rule_add_array(_context, errno is { } error ? SCMP_ACT_ERRNO | error : SCMP_ACT_ALLOW, number, argument is null ? 0u : 1u, comparison);
        if (result != 0)
        {
            throw new LinuxException(-result, "seccomp_rule_add", name);
        }
    }

    /// <summary>The program, as seccomp(2) takes it.</summary>
    public byte[] Compile()
    {
        var path = Path.GetTempFileName();
        try
        {
            using var file = File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite);
            var result = seccomp_export_bpf(_context, file);
            return result == 0 ? File.ReadAllBytes(path) : throw new LinuxException(-result, "seccomp_export_bpf", string.Empty);
        }
        finally
        {
            File.Delete(path);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _context, 0) is var context and not 0)
        {
            seccomp_release(context);
        }
    }

    // enum scmp_compare
    private static int OperationOf(string name) => name switch
    {
        "NE" => 1,
        "EQ" => 4,
        "MASKED_EQ" => 7,
        _ => throw new LinuxException(Errno.EINVAL, "seccomp_rule_add", name),
    };

    [LibraryImport(Library)]
    private static partial nint seccomp_init(uint defaultAction);

    [LibraryImport(Library)]
    private static partial void seccomp_release(nint context);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    private static partial uint seccomp_arch_resolve_name(string name);

    [LibraryImport(Library)]
    private static partial int seccomp_arch_add(nint context, uint architecture);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int seccomp_syscall_resolve_name(string name);

    [LibraryImport(Library)]
    private static partial int seccomp_rule_add_array(nint context, uint action, int call, uint count, in Comparison comparison);

    [LibraryImport(Library)]
    private static partial int seccomp_export_bpf(nint context, SafeFileHandle file);

    /// <summary>struct scmp_arg_cmp.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct Comparison
    {
        public uint Index;
        public int Operation;
        public ulong Value;
        public ulong ValueTwo;
    }
}
