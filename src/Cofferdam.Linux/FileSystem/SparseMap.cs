using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using static Cofferdam.Linux.FileSystemCalls;

namespace Cofferdam.Linux;

/// <summary>Where a file has data and where holes.</summary>
public static class SparseMap
{
    /// <summary>The pieces with data, in order; the whole file where the file system cannot tell.</summary>
    public static IEnumerable<(long Offset, long Length)> Read(SafeFileHandle file, long size)
    {
        var at = 0L;
        while (at < size)
        {
            var data = lseek(file, at, SEEK_DATA);
            if (data < 0)
            {
                if (Marshal.GetLastPInvokeError() == Errno.ENXIO)
                {
                    yield break;
                }

                data = at;
            }

            var hole = lseek(file, data, SEEK_HOLE);
            var end = hole < 0 ? size : Math.Min(hole, size);
            if (end > data)
            {
                yield return (data, end - data);
            }

            at = Math.Max(end, data + 1);
        }
    }

    /// <summary>Sets a file's length; what is added is a hole.</summary>
    public static void SetLength(SafeFileHandle file, long length)
    {
        if (ftruncate(file, length) < 0)
        {
            throw LinuxException.Last("ftruncate", "");
        }
    }
}
