using System.Collections.Concurrent;
using Cofferdam.Engine;
using Cofferdam.Secrets;
using Xunit;

namespace Cofferdam.UnitTests.Engine.Seal;

public sealed class SecretHashesTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Hash_IsOfTheValueAndTheStateDirectory()
    {
        using var value = new SecretValue("correct-horse"u8);
        using var other = new SecretValue("correct-horsf"u8);
        var here = new Memory();

        var hash = await HashAsync(here, value);

        Assert.Equal(64, hash.Length);
        Assert.Equal(hash, await HashAsync(here, value));
        Assert.NotEqual(hash, await HashAsync(here, other));
        Assert.NotEqual(hash, await HashAsync(new Memory(), value));
        Assert.NotEqual(Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData("correct-horse"u8)), hash);
    }

    private static async Task<string> HashAsync(Memory memory, SecretValue value)
    {
        using var hashes = new SecretHashes(memory);
        return await hashes.HashAsync(value, Token);
    }

    private sealed class Memory : IKeyValueStore
    {
        private readonly ConcurrentDictionary<(string, string), byte[]> _values = new();

        public ValueTask<byte[]?> FindAsync(string scope, string key, CancellationToken cancellationToken) => ValueTask.FromResult(_values.GetValueOrDefault((scope, key)));

        public ValueTask PutAsync(string scope, string key, byte[] value, CancellationToken cancellationToken)
        {
            _values[(scope, key)] = value;
            return ValueTask.CompletedTask;
        }

        public ValueTask<IReadOnlyList<string>> ListKeysAsync(string scope, CancellationToken cancellationToken) => throw new NotSupportedException();

        public ValueTask RemoveAsync(string scope, string key, CancellationToken cancellationToken) => throw new NotSupportedException();
    }
}
