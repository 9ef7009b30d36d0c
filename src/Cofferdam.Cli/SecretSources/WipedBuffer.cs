using System.Security.Cryptography;
using Cofferdam.Model;
using Cofferdam.Secrets;

namespace Cofferdam.Cli.SecretSources;

/// <summary>Bytes that may hold a secret: they lie still in memory and are wiped when it is disposed.</summary>
/// <param name="limit">How many bytes it takes.</param>
internal sealed class WipedBuffer(int limit) : IDisposable
{
    private const int FirstSize = 4096;

    private byte[] _bytes = GC.AllocateUninitializedArray<byte>(FirstSize, pinned: true);
    private int _length;

    /// <summary>What was read.</summary>
    public ReadOnlySpan<byte> Bytes => _bytes.AsSpan(0, _length);

    /// <summary>A secret of these bytes; throws <see cref="SecretSourceException"/> when they are too many.</summary>
    public static SecretValue ToValue(ReadOnlySpan<byte> bytes) => bytes.Length <= Limits.SecretBytes ? new SecretValue(bytes) : throw TooLarge();

    /// <summary>A value is larger than secrets may be.</summary>
    public static SecretSourceException TooLarge() =>
        new($"it is larger than the {Limits.SecretBytes} bytes that are allowed") { Hint = "give larger data as a file of the build context, or fetch it in the step" };

    /// <summary>Reads a stream to its end; false when there is more than the limit, of which nothing is kept.</summary>
    public async Task<bool> FillAsync(Stream stream, CancellationToken cancellationToken)
    {
        while (true)
        {
            if (_length == _bytes.Length)
            {
                Grow();
            }

            var count = await stream.ReadAsync(_bytes.AsMemory(_length), cancellationToken);
            _length += count;
            if (count == 0 || _length > limit)
            {
                return count == 0;
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        CryptographicOperations.ZeroMemory(_bytes);
        _length = 0;
    }

    /// <inheritdoc/>
    public override string ToString() => "***";

    private void Grow()
    {
        var larger = GC.AllocateUninitializedArray<byte>(_bytes.Length * 2, pinned: true);
        Bytes.CopyTo(larger);
        CryptographicOperations.ZeroMemory(_bytes);
        _bytes = larger;
    }
}
