using Cofferdam.Model;
using Cofferdam.Storage;
using Cofferdam.Testing;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Cofferdam.UnitTests.Storage;

public sealed class FileContentStoreTests : ContentStoreContract, IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly FakeTimeProvider _clock = new(TimeProvider.System.GetUtcNow());

    public void Dispose() => _directory.Dispose();

    protected override async ValueTask<IContentStore> CreateAsync() => await FileContentStore.OpenAsync(_directory.Path, null, _clock, Token);

    [Fact]
    public async Task Store_OpenedAnew_HasTheBlobsAndThePartials()
    {
        var before = await CreateAsync();
        var info = await WriteAsync(before, "a", [1, 2, 3]);
        await using (var partial = await before.OpenWriteAsync("half", null, Token))
        {
            await partial.WriteAsync(new byte[] { 4, 5 }, Token);
        }

        var after = await CreateAsync();

        Assert.Equal([1, 2, 3], await ReadAsync(after, info.Digest));
        await using var resumed = await after.OpenWriteAsync("half", Digest.Of([4, 5, 6]), Token);
        Assert.Equal(2, resumed.Offset);
        await resumed.WriteAsync(new byte[] { 6 }, Token);
        await resumed.CommitAsync(Token);
    }

    [Fact]
    public async Task Partial_NotResumedForDays_IsDropped()
    {
        var before = await CreateAsync();
        await using (var partial = await before.OpenWriteAsync("half", null, Token))
        {
            await partial.WriteAsync(new byte[] { 4, 5 }, Token);
        }

        File.SetLastWriteTimeUtc(Directory.GetFiles(_directory["ingest"]).Single(), _clock.GetUtcNow().UtcDateTime);
        _clock.Advance(TimeSpan.FromDays(2));
        await CreateAsync();

        Assert.Empty(Directory.GetFiles(_directory["ingest"]));
    }

    [Fact]
    public async Task Blob_DamagedByALossOfPower_IsDropped()
    {
        var store = await FileContentStore.OpenAsync(_directory.Path, null, _clock, Token);
        var old = await WriteAsync(store, "a", [1]);
        _clock.Advance(TimeSpan.FromHours(1));
        await File.WriteAllTextAsync(_directory["SYNC"], $"another-boot\n{_clock.GetUtcNow().ToUnixTimeMilliseconds()}\n", Token);
        _clock.Advance(TimeSpan.FromMinutes(1));
        var whole = await WriteAsync(store, "b", [2]);
        var damaged = await WriteAsync(store, "c", [3]);
        Damage(old);
        Damage(damaged);

        var points = SyncPoints.Open(_directory["SYNC"], _clock);
        var after = await FileContentStore.OpenAsync(_directory.Path, points, _clock, Token);

        Assert.Null(await after.FindAsync(damaged.Digest, Token));
        Assert.NotNull(await after.FindAsync(whole.Digest, Token));
        // Durable before the crash: read when it is first used.
        Assert.True(File.Exists(after.GetPath(old.Digest)));
        Assert.Null(await after.FindAsync(old.Digest, Token));

        void Damage(ContentInfo info)
        {
            var path = store.GetPath(info.Digest);
            File.WriteAllBytes(path, [0]);
            File.SetLastWriteTimeUtc(path, info.Created.UtcDateTime);
        }
    }

    [Fact]
    public async Task Blob_WithASha512Name_IsVerifiedByIt()
    {
        var store = await CreateAsync();
        var digest = Digest.Parse("sha512:" + Convert.ToHexStringLower(System.Security.Cryptography.SHA512.HashData([1, 2])));
        await using var writer = await store.OpenWriteAsync("a", digest, Token);
        await writer.WriteAsync(new byte[] { 1, 2 }, Token);

        await writer.CommitAsync(Token);

        Assert.Equal([1, 2], await ReadAsync(store, digest));
    }
}
