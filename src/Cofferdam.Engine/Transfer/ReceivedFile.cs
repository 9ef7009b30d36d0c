using System.Security.Cryptography;
using Microsoft.Win32.SafeHandles;

namespace Cofferdam.Engine;

/// <summary>A file of which the content comes in, hashed as it does.</summary>
internal sealed class ReceivedFile : IDisposable
{
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

    /// <param name="file">The file, open for writing; is closed with this.</param>
    /// <param name="header">What is hashed before the content.</param>
    public ReceivedFile(SafeFileHandle file, byte[] header)
    {
        File = file;
        _hash.AppendData(header);
    }

    /// <summary>The file, open for writing.</summary>
    public SafeFileHandle File { get; }

    /// <summary>Bytes written.</summary>
    public long Length { get; private set; }

    /// <summary>Writes the next piece.</summary>
    public void Append(ReadOnlySpan<byte> data)
    {
        RandomAccess.Write(File, data, Length);
        _hash.AppendData(data);
        Length += data.Length;
    }

    /// <summary>The digest of header and all pieces.</summary>
    public byte[] GetSha256() => _hash.GetCurrentHash();

    /// <inheritdoc/>
    public void Dispose()
    {
        _hash.Dispose();
        File.Dispose();
    }
}
