using System.Buffers;
using System.Collections.Concurrent;
using System.Security.Cryptography;
using Cofferdam.Linux;
using Microsoft.Win32.SafeHandles;

namespace Cofferdam.Engine;

/// <summary>Digests of files, headers and data, by inode and times: a file of a layer is read once. Thread-safe.</summary>
/// <remarks>Files of layers are made once and never written again, and the time of birth tells an inode from one that had its number before. Another name for a file changes nothing here.</remarks>
internal sealed class FileDigests
{
    private const int MaxEntries = 200_000;
    private const int BufferBytes = 256 * 1024;

    private readonly ConcurrentDictionary<(DeviceNumber Device, ulong Inode, long Size, FileTime Modified, FileTime Born), byte[]> _known = new();

    private int _added;

    /// <summary>The SHA-256 of a file's <see cref="FileHeader"/> and data when it is known.</summary>
    public byte[]? Find(in FileStat stat) => _known.GetValueOrDefault(Key(stat));

    /// <summary>Remembers the SHA-256 of a file's header and data.</summary>
    public void Add(in FileStat stat, byte[] digest)
    {
        // Counted apart: the dictionary's own count takes all its locks.
        if (Interlocked.Increment(ref _added) >= MaxEntries)
        {
            _known.Clear();
            _added = 0;
        }

        _known[Key(stat)] = digest;
    }

    /// <summary>Reads a file and returns the SHA-256 of its header and data.</summary>
    public byte[] Compute(SafeFileHandle file, ReadOnlySpan<byte> header, in FileStat stat)
    {
        var buffer = ArrayPool<byte>.Shared.Rent((int)Math.Min(BufferBytes, Math.Max(stat.Size, 1)));
        try
        {
            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            hash.AppendData(header);
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
            Add(stat, digest);
            return digest;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static (DeviceNumber Device, ulong Inode, long Size, FileTime Modified, FileTime Born) Key(in FileStat stat) =>
        (stat.Device, stat.Inode, stat.Size, stat.Modified, stat.Born);
}
