using System.Globalization;

namespace Cofferdam.Linux;

/// <summary>Memory for secrets: kept from swap as far as the limits allow, from core dumps, and from forked processes; whole pages of its own.</summary>
public static class LockedMemory
{
    /// <summary>Zeroed memory of at least that many bytes.</summary>
    public static nint Allocate(int length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        var size = Size(length);
        var address = ProcessCalls.Map(0, size, ProcessCalls.PROT_READ_WRITE, ProcessCalls.MAP_PRIVATE_ANONYMOUS, -1, 0);
        if (address == -1)
        {
            throw LinuxException.Last("mmap", length.ToString(CultureInfo.InvariantCulture));
        }

        // RLIMIT_MEMLOCK may be small without root; an unlocked secret is still better than none.
        _ = ProcessCalls.LockMemory(address, size);
        _ = ProcessCalls.Advise(address, size, ProcessCalls.MADV_DONTDUMP);
        _ = ProcessCalls.Advise(address, size, ProcessCalls.MADV_WIPEONFORK);
        return address;
    }

    /// <summary>Wipes and frees memory of <see cref="Allocate"/>, with the length that was asked for.</summary>
    public static void Free(nint memory, int length)
    {
        Wipe(memory, (int)Size(length));
        Mounts.Check(ProcessCalls.Unmap(memory, Size(length)), "munmap", string.Empty);
    }

    private static unsafe void Wipe(nint memory, int length)
    {
        // SAFETY: the memory is a mapping of just this many bytes that Allocate made.
        System.Security.Cryptography.CryptographicOperations.ZeroMemory(new Span<byte>((void*)memory, length));
    }

    private static nuint Size(int length) => (nuint)((Math.Max(length, 1) + Environment.SystemPageSize - 1L) / Environment.SystemPageSize * Environment.SystemPageSize);
}
