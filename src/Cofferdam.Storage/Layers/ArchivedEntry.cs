using System.Buffers;
using Cofferdam.Linux;
using Microsoft.Win32.SafeHandles;

namespace Cofferdam.Storage.Layers;

/// <summary>An entry of an archive with its content: in memory when it is small, else as a file. Returns or closes it when disposed.</summary>
internal sealed class ArchivedEntry : IDisposable
{
    private byte[]? _rented;

    /// <summary>An entry without content.</summary>
    public ArchivedEntry(TarEntry header) => Header = header;

    /// <summary>An entry with a large file, which it owns.</summary>
    public ArchivedEntry(TarEntry header, SafeFileHandle file) => (Header, File) = (header, file);

    /// <summary>An entry with the first bytes of rented memory, which it owns.</summary>
    public ArchivedEntry(TarEntry header, byte[] rented, int length) => (Header, _rented, Content) = (header, rented, rented.AsMemory(0, length));

    /// <summary>What the archive says of it.</summary>
    public TarEntry Header { get; }

    /// <summary>The content of a large file; null for others.</summary>
    public SafeFileHandle? File { get; }

    /// <summary>The content of a small file; empty for others.</summary>
    public ReadOnlyMemory<byte> Content { get; }

    /// <inheritdoc/>
    public void Dispose()
    {
        File?.Dispose();
        if (Interlocked.Exchange(ref _rented, null) is { } rented)
        {
            ArrayPool<byte>.Shared.Return(rented);
        }
    }
}
