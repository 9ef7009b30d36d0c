using Cofferdam.Model;
using Cofferdam.Storage;
using Cofferdam.Testing;
using Xunit;

namespace Cofferdam.IntegrationTests.Storage;

public sealed class LocalStorageTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Storage_OpenedAnew_HasWhatWasCommitted()
    {
        Digest blob;
        LayerId layer;
        await using (var storage = await OpenAsync())
        {
            await using var writer = await storage.Content.OpenWriteAsync("a", null, Token);
            await writer.WriteAsync(new byte[] { 1, 2, 3 }, Token);
            blob = (await writer.CommitAsync(Token)).Digest;
            await using var active = await storage.Snapshots.PrepareAsync(Snapshot.Scratch, Token);
            layer = await active.CommitAsync(null, Token);
            await storage.Database.Values.PutAsync("s", "k", [1], Token);
        }

        Assert.StartsWith("clean\n", await File.ReadAllTextAsync(_directory["state/SYNC"], Token), StringComparison.Ordinal);
        await using var again = await OpenAsync();
        Assert.NotNull(await again.Content.FindAsync(blob, Token));
        Assert.True(again.Snapshots.Exists(layer));
        Assert.NotNull(again.Database.Values.Find("s", "k"));
    }

    [Fact]
    public async Task Storage_InUse_IsRefused()
    {
        await using var storage = await OpenAsync();

        await Assert.ThrowsAsync<ConflictException>(OpenAsync);
    }

    private Task<LocalStorage> OpenAsync() => LocalStorage.OpenAsync(_directory["state"], TimeProvider.System, Token);
}
