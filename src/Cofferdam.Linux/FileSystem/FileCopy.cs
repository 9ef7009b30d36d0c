using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using static Cofferdam.Linux.FileSystemCalls;

namespace Cofferdam.Linux;

/// <summary>Copies files' content in the kernel: a clone where the file system can, else pieces between the holes. Remembers what the file systems refused, so keep one per job.</summary>
public sealed class FileCopy
{
    private const int BlockSize = 512;
    private const int PieceSize = 1 << 20;

    private bool _noClone;
    private bool _noRange;

    /// <summary>Copies a whole file into an empty one.</summary>
    public void Copy(SafeFileHandle source, SafeFileHandle target, in FileStat sourceStat)
    {
        var size = sourceStat.Size;
        if (size == 0)
        {
            return;
        }

        if (!_noClone)
        {
            if (ioctl_clone(target, FICLONE, source) == 0)
            {
                return;
            }

            _noClone = true;
        }

        if (sourceStat.Blocks * BlockSize >= size)
        {
            CopyRange(source, target, 0, size);
            return;
        }

        CopySparse(source, target, size);
    }

    private void CopySparse(SafeFileHandle source, SafeFileHandle target, long size)
    {
        foreach (var (offset, length) in SparseMap.Read(source, size))
        {
            CopyRange(source, target, offset, length);
        }

        if (ftruncate(target, size) < 0)
        {
            throw LinuxException.Last("ftruncate", "");
        }
    }

    private void CopyRange(SafeFileHandle source, SafeFileHandle target, long offset, long length)
    {
        var (from, to, end) = (offset, offset, offset + length);
        while (!_noRange && from < end)
        {
            var copied = copy_file_range(source, ref from, target, ref to, (nuint)Math.Min(end - from, 1 << 30), 0);
            if (copied == 0)
            {
                return;
            }

            if (copied < 0)
            {
                if (Marshal.GetLastPInvokeError() is not (Errno.EXDEV or Errno.EINVAL or Errno.ENOSYS or Errno.EOPNOTSUPP or Errno.EPERM or Errno.EBADF or Errno.EINTR))
                {
                    throw LinuxException.Last("copy_file_range", "");
                }

                _noRange = Marshal.GetLastPInvokeError() != Errno.EINTR;
            }
        }

        if (from < end)
        {
            CopyByBuffer(source, target, from, end);
        }
    }

    private static void CopyByBuffer(SafeFileHandle source, SafeFileHandle target, long from, long end)
    {
        var buffer = System.Buffers.ArrayPool<byte>.Shared.Rent((int)Math.Min(PieceSize, end - from));
        try
        {
            while (from < end)
            {
                var read = RandomAccess.Read(source, buffer.AsSpan(0, (int)Math.Min(buffer.Length, end - from)), from);
                if (read == 0)
                {
                    return;
                }

                RandomAccess.Write(target, buffer.AsSpan(0, read), from);
                from += read;
            }
        }
        finally
        {
            System.Buffers.ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
