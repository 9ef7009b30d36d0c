using System.Text;
using Cofferdam.Model;
using Cofferdam.Storage;
using Xunit;

namespace Cofferdam.Testing;

/// <summary>What every content store does.</summary>
public abstract class ContentStoreContract
{
    private static readonly byte[] s_hello = Encoding.UTF8.GetBytes("hello, blob");

    protected static CancellationToken Token => TestContext.Current.CancellationToken;

    protected abstract ValueTask<IContentStore> CreateAsync();

    [Fact]
    public async Task Blob_Committed_ReadsBackWithItsDigestAndSize()
    {
        var store = await CreateAsync();

        var info = await WriteAsync(store, "a", s_hello);

        Assert.Equal((Digest.Of(s_hello), s_hello.LongLength), (info.Digest, info.Size));
        Assert.Equal(info, await store.FindAsync(info.Digest, Token));
        Assert.Equal(s_hello, await ReadAsync(store, info.Digest));
    }

    [Fact]
    public async Task Blob_OfManySizes_ReadsBackWhole()
    {
        var store = await CreateAsync();
        var content = new byte[1_500_000];
        new Random(7).NextBytes(content);
        await using var writer = await store.OpenWriteAsync("sizes", Digest.Of(content), Token);
        foreach (var size in (int[])[1, 70_000, 300_000, 262_144, 5, 0, 140_000])
        {
            await writer.WriteAsync(content.AsMemory((int)writer.Offset, size), Token);
        }

        await writer.WriteAsync(content.AsMemory((int)writer.Offset), Token);
        var info = await writer.CommitAsync(Token);

        Assert.Equal(content, await ReadAsync(store, info.Digest));
    }

    [Fact]
    public async Task Blob_Empty_IsABlob()
    {
        var store = await CreateAsync();

        var info = await WriteAsync(store, "empty", []);

        Assert.Equal(0, (await store.FindAsync(info.Digest, Token))!.Size);
    }

    [Fact]
    public async Task Blob_NotCommitted_IsNotThere()
    {
        var store = await CreateAsync();
        await using var writer = await store.OpenWriteAsync("a", null, Token);
        await writer.WriteAsync(s_hello, Token);

        Assert.Null(await store.FindAsync(Digest.Of(s_hello), Token));
        await Assert.ThrowsAsync<NotFoundException>(async () => await store.OpenReadAsync(Digest.Of(s_hello), Token));
    }

    [Fact]
    public async Task Write_BrokenOff_GoesOnWhereItStopped()
    {
        var store = await CreateAsync();
        await using (var first = await store.OpenWriteAsync("a", null, Token))
        {
            await first.WriteAsync(s_hello.AsMemory(0, 5), Token);
        }

        await using var second = await store.OpenWriteAsync("a", Digest.Of(s_hello), Token);
        Assert.Equal(5, second.Offset);
        await second.WriteAsync(s_hello.AsMemory(5), Token);
        var info = await second.CommitAsync(Token);

        Assert.Equal(s_hello, await ReadAsync(store, info.Digest));
    }

    [Fact]
    public async Task Write_Reset_BeginsAnew()
    {
        var store = await CreateAsync();
        await using var writer = await store.OpenWriteAsync("a", Digest.Of(s_hello), Token);
        await writer.WriteAsync(Encoding.UTF8.GetBytes("something longer than the blob"), Token);

        await writer.ResetAsync(Token);
        Assert.Equal(0, writer.Offset);
        await writer.WriteAsync(s_hello, Token);
        var info = await writer.CommitAsync(Token);

        Assert.Equal(s_hello, await ReadAsync(store, info.Digest));
    }

    [Fact]
    public async Task Commit_WithAnotherDigest_ThrowsAndDropsTheBytes()
    {
        var store = await CreateAsync();
        var wrong = Encoding.UTF8.GetBytes("wrong");
        await using (var writer = await store.OpenWriteAsync("a", Digest.Of(s_hello), Token))
        {
            await writer.WriteAsync(wrong, Token);
            var error = await Assert.ThrowsAsync<DigestMismatchException>(async () => await writer.CommitAsync(Token));
            Assert.Equal((Digest.Of(s_hello), Digest.Of(wrong)), (error.Expected, error.Actual));
        }

        Assert.Null(await store.FindAsync(Digest.Of(wrong), Token));
        await using var again = await store.OpenWriteAsync("a", Digest.Of(s_hello), Token);
        Assert.Equal(0, again.Offset);
    }

    [Fact]
    public async Task Commit_OfABlobThatIsThere_IsNoError()
    {
        var store = await CreateAsync();
        var first = await WriteAsync(store, "a", s_hello);

        var second = await WriteAsync(store, "b", s_hello);

        Assert.Equal(first, second);
    }

    [Fact]
    public async Task Writers_OfOneName_WaitForEachOther()
    {
        var store = await CreateAsync();
        var first = await store.OpenWriteAsync("a", null, Token);
        var waiting = store.OpenWriteAsync("a", null, Token).AsTask();
        await using var other = await store.OpenWriteAsync("b", null, Token);
        Assert.False(waiting.IsCompleted);

        await first.WriteAsync(s_hello, Token);
        await first.DisposeAsync();
        await using var second = await waiting;

        Assert.Equal(s_hello.Length, second.Offset);
    }

    [Fact]
    public async Task Writer_Canceled_LeavesTheNameFree()
    {
        var store = await CreateAsync();
        using var canceled = new CancellationTokenSource();
        var first = await store.OpenWriteAsync("a", null, Token);
        var waiting = store.OpenWriteAsync("a", null, canceled.Token).AsTask();
        await canceled.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);

        await first.DisposeAsync();

        await using var second = await store.OpenWriteAsync("a", null, Token);
        Assert.Equal(0, second.Offset);
    }

    [Fact]
    public async Task Delete_WhileRead_LetsTheReaderReadOn()
    {
        var store = await CreateAsync();
        var info = await WriteAsync(store, "a", s_hello);
        await using var reader = await store.OpenReadAsync(info.Digest, Token);

        await store.DeleteAsync(info.Digest, Token);
        await store.DeleteAsync(info.Digest, Token);

        Assert.Null(await store.FindAsync(info.Digest, Token));
        using var copy = new MemoryStream();
        await reader.CopyToAsync(copy, Token);
        Assert.Equal(s_hello, copy.ToArray());
    }

    [Fact]
    public async Task List_NamesEveryBlobOnce()
    {
        var store = await CreateAsync();
        var expected = new HashSet<Digest>();
        for (var number = 0; number < 5; number++)
        {
            expected.Add((await WriteAsync(store, "a", [(byte)number])).Digest);
        }

        var listed = new List<Digest>();
        await foreach (var info in store.ListAsync(Token))
        {
            listed.Add(info.Digest);
        }

        Assert.Equal(expected.Count, listed.Count);
        Assert.Equal(expected, listed.ToHashSet());
    }

    protected static async Task<ContentInfo> WriteAsync(IContentStore store, string reference, byte[] content)
    {
        await using var writer = await store.OpenWriteAsync(reference, null, Token);
        await writer.WriteAsync(content, Token);
        return await writer.CommitAsync(Token);
    }

    protected static async Task<byte[]> ReadAsync(IContentStore store, Digest digest)
    {
        await using var stream = await store.OpenReadAsync(digest, Token);
        using var copy = new MemoryStream();
        await stream.CopyToAsync(copy, Token);
        return copy.ToArray();
    }
}
