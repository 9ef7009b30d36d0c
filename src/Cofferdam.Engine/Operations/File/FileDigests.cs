using System.Buffers;
using System.Collections.Concurrent;
using System.Security.Cryptography;
using Cofferdam.Linux;
using Microsoft.Win32.SafeHandles;

namespace Cofferdam.Engine;

/// <summary>Digests of files' data by inode and times: a file that did not change is not read again. Thread-safe.</summary>
internal sealed class FileDigests
{
    private const int MaxEntries = 500_000;
    private const int BufferBytes = 256 * 1024;

    private readonly ConcurrentDictionary<(DeviceNumber Device, ulong Inode, long Size, FileTime Modified, FileTime Changed), byte[]> _known = new();

    /// <summary>The SHA-256 of a file's data when it is known.</summary>
    public byte[]? Find(in FileStat stat) => _known.GetValueOrDefault(Key(stat));

    /// <summary>Reads a file and returns the SHA-256 of its data.</summary>
    public byte[] Compute(SafeFileHandle file, in FileStat stat)
    {
        var buffer = ArrayPool<byte>.Shared.Rent((int)Math.Min(BufferBytes, Math.Max(stat.Size, 1)));
        try
        {
            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            for (var at = 0L; at < stat.Size;)
            {
                var read = RandomAccess.Read(file, buffer, at);
                if (read == 0)
                {
                    break;
                }

                hash.AppendData(buffer.AsSpan(0, read));
                at += read;
            }

            var digest = hash.GetHashAndReset();
            if (_known.Count >= MaxEntries)
            {
                _known.Clear();
            }

            return _known[Key(stat)] = digest;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static (DeviceNumber Device, ulong Inode, long Size, FileTime Modified, FileTime Changed) Key(in FileStat stat) =>
        (stat.Device, stat.Inode, stat.Size, stat.Modified, stat.Changed);
}
