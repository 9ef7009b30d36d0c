using Cofferdam.Engine;
using Xunit;

namespace Cofferdam.UnitTests.Engine.Streams;

public sealed class LayerTarStreamTests
{
    private static readonly byte[] Content = [.. Enumerable.Range(0, 10_000_000).Select(i => (byte)(i * 7 / 3))];

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(9_999_999)]
    [InlineData(10_000_000)]
    public async Task Stream_EnteredAnywhere_GivesTheRest(int start)
    {
        await using var stream = Open();
        stream.Seek(start, SeekOrigin.Begin);
        using var copy = new MemoryStream();

        await stream.CopyToAsync(copy, TestContext.Current.CancellationToken);

        Assert.Equal(Content.Length, stream.Length);
        Assert.True(Content.AsSpan(start).SequenceEqual(copy.ToArray()));
    }

    [Fact]
    public async Task Stream_NotReadToItsEnd_StopsTheWriter()
    {
        var stream = Open();
        await stream.ReadExactlyAsync(new byte[100], TestContext.Current.CancellationToken);

        // Never returns while the writer goes on.
        await stream.DisposeAsync();
    }

    [Fact]
    public async Task Writer_ThatFails_FailsTheReader()
    {
        await using var stream = new LayerTarStream(10, (_, _) => throw new InvalidDataException("broken"));

        await Assert.ThrowsAsync<InvalidDataException>(() => stream.ReadAsync(new byte[10], TestContext.Current.CancellationToken).AsTask());
    }

    private static LayerTarStream Open() => new(Content.Length, async (target, token) =>
    {
        for (var at = 0; at < Content.Length; at += 4096)
        {
            await target.WriteAsync(Content.AsMemory(at, Math.Min(4096, Content.Length - at)), token);
        }
    });
}
