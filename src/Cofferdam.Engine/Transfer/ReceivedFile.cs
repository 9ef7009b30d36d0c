using System.Security.Cryptography;
using Microsoft.Win32.SafeHandles;

namespace Cofferdam.Engine;

/// <summary>A file of which the content comes in, hashed as it does.</summary>
internal sealed class ReceivedFile(SafeFileHandle file) : IDisposable
{
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private long _length;

    /// <summary>The file, open for writing.</summary>
    public SafeFileHandle File => file;

    /// <summary>Writes the next piece.</summary>
    public void Append(ReadOnlySpan<byte> data)
    {
        RandomAccess.Write(file, data, _length);
        _hash.AppendData(data);
        _length += data.Length;
    }

    /// <summary>The digest of all pieces.</summary>
    public byte[] GetSha256() => _hash.GetCurrentHash();

    /// <inheritdoc/>
    public void Dispose()
    {
        _hash.Dispose();
        file.Dispose();
    }
}
