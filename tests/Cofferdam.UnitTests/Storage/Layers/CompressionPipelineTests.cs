using System.IO.Compression;
using Cofferdam.Model;
using Cofferdam.Storage.Layers;
using Xunit;

namespace Cofferdam.UnitTests.Storage.Layers;

public sealed class CompressionPipelineTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(1 << 20)]
    [InlineData(3_500_001)]
    public async Task Gzip_AnySize_IsOneMemberOthersRead(int size)
    {
        var data = Data(size);
        var (compressed, digest) = await RunAsync(new GzipBlockCompressor(3), data, 3);
        Assert.Equal(Digest.Of(data), digest);
        using var plain = new MemoryStream();
        await using (var gzip = new GZipStream(new MemoryStream(compressed), CompressionMode.Decompress))
        {
            await gzip.CopyToAsync(plain);
        }

        Assert.Equal(data, plain.ToArray());
        Assert.Equal((uint)size, BitConverter.ToUInt32(compressed, compressed.Length - 4));
    }

    [Fact]
    public async Task Gzip_OtherParallelism_GivesTheSameBytes()
    {
        var data = Data(5_000_000);
        var (one, _) = await RunAsync(new GzipBlockCompressor(3), data, 1);
        var (seven, _) = await RunAsync(new GzipBlockCompressor(3), data, 7);
        Assert.Equal(one, seven);
    }

    [Fact]
    public async Task Zstd_ManyFrames_ReadAsOne()
    {
        var data = Data(9_000_000);
        using var compressor = new ZstdBlockCompressor(3);
        var (compressed, _) = await RunAsync(compressor, data, 2);
        await using var plain = await LayerDecoder.OpenAsync(new MemoryStream(compressed), default);
        using var all = new MemoryStream();
        await plain.CopyToAsync(all);
        Assert.Equal(data, all.ToArray());
    }

    [Fact]
    public async Task Run_OutputFails_ThrowsItsErrorAndEnds()
    {
        var pipeline = new CompressionPipeline(new PlainBlocks(), 2);
        await Assert.ThrowsAsync<UnsupportedException>(() => pipeline.RunAsync(
            async (stream, token) =>
            {
                while (true)
                {
                    await stream.WriteAsync(new byte[100_000], token);
                }
            },
            (_, _) => throw new UnsupportedException("full"),
            default));
    }

    private static byte[] Data(int size)
    {
        var data = new byte[size];
        new Random(1).NextBytes(data.AsSpan(0, size / 2));
        return data;
    }

    private static async Task<(byte[] Compressed, Digest Digest)> RunAsync(IBlockCompressor compressor, byte[] data, int parallelism)
    {
        using var output = new MemoryStream();
        var digest = await new CompressionPipeline(compressor, parallelism).RunAsync(
            async (stream, token) =>
            {
                for (var at = 0; at < data.Length; at += 77_777)
                {
                    await stream.WriteAsync(data.AsMemory(at, Math.Min(77_777, data.Length - at)), token);
                }
            },
            (piece, token) => output.WriteAsync(piece, token),
            default);
        return (output.ToArray(), digest);
    }
}
