using System.Security.Cryptography;
using Cofferdam.Secrets;

namespace Cofferdam.Engine;

/// <summary>Hashes of secrets by a key that is kept in the state directory and nowhere else: without it they say nothing. Thread-safe.</summary>
/// <param name="memory">Keeps the key. Where it was lost another one is made, and no hash is as before.</param>
internal sealed class SecretHashes(IKeyValueStore memory) : IDisposable
{
    private const string Scope = "secret.key";

    private readonly SemaphoreSlim _gate = new(1); // guards _key
    private byte[]? _key;

    /// <summary>The hash of a value.</summary>
    public async ValueTask<string> HashAsync(SecretValue value, CancellationToken cancellationToken)
    {
        var key = await FindKeyAsync(cancellationToken);
        return value.Use(key, static (bytes, key) => Convert.ToHexStringLower(HMACSHA256.HashData(key, bytes.Span)));
    }

    /// <inheritdoc/>
    public void Dispose() => _gate.Dispose();

    private async ValueTask<byte[]> FindKeyAsync(CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken);
        try
        {
            if (_key is null)
            {
                _key = await memory.FindAsync(Scope, string.Empty, cancellationToken) ?? RandomNumberGenerator.GetBytes(32);
                await memory.PutAsync(Scope, string.Empty, _key, cancellationToken);
            }

            return _key;
        }
        finally
        {
            _gate.Release();
        }
    }
}
