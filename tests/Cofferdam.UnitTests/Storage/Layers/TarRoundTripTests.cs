using System.Text;
using Cofferdam.Linux;
using Cofferdam.Model;
using Cofferdam.Storage.Layers;
using CsCheck;
using Xunit;

namespace Cofferdam.UnitTests.Storage.Layers;

public sealed class TarRoundTripTests
{
    private static readonly Gen<string> GenName = Gen.OneOf(
        Gen.Byte.Array[1, 8].Select(bytes => PathBytes.Decode([.. bytes.Select(b => b is 0 or (byte)'/' ? (byte)'x' : b)])),
        Gen.String[Gen.Char.AlphaNumeric, 1, 300]);

    private static readonly Gen<TarEntry> GenEntry =
        from name in GenName
        from type in Gen.Int[0, 4].Select(i => new[] { TarEntryType.Regular, TarEntryType.HardLink, TarEntryType.Symlink, TarEntryType.CharacterDevice, TarEntryType.Fifo }[i])
        from link in GenName
        from mode in Gen.UInt[0, 0xfff]
        from uid in Gen.OneOf(Gen.UInt[0, 70000], Gen.UInt)
        from seconds in Gen.OneOf(Gen.Long[0, 4_000_000_000], Gen.Long[-5_000_000_000, 5_000_000_000_000])
        from nanoseconds in Gen.OneOf(Gen.Const(0u), Gen.UInt[0, 999_999_999])
        from size in Gen.Int[0, 2000]
        from value in Gen.Byte.Array[0, 40]
        from hasXattr in Gen.Bool
        select new TarEntry
        {
            Name = name,
            Type = type,
            LinkName = type is TarEntryType.HardLink or TarEntryType.Symlink ? link : "",
            Mode = mode,
            Uid = uid,
            Gid = uid / 3,
            Modified = new FileTime(seconds, nanoseconds),
            Size = type == TarEntryType.Regular ? size : 0,
            Device = type == TarEntryType.CharacterDevice ? new DeviceNumber(uid & 0xfff, 3) : default,
            Xattrs = hasXattr ? [new("security.capability", value), new("user.x", [0, 10, 61, 255])] : [],
        };

    [Fact]
    public Task Write_AnyEntries_AreReadBack() => GenEntry.Array[1, 6].SampleAsync(async entries =>
    {
        using var stream = new MemoryStream();
        var writer = new TarWriter(stream);
        foreach (var entry in entries)
        {
            await writer.BeginAsync(entry, default);
            await writer.WriteAsync(Content(entry), default);
        }

        await writer.FinishAsync(default);
        Assert.Equal(0, stream.Length % 512);
        stream.Position = 0;
        var reader = new TarReader(stream);
        foreach (var entry in entries)
        {
            var read = await reader.NextAsync(default);
            Assert.NotNull(read);
            Assert.Equal(entry.Xattrs.Select(x => (x.Key, Convert.ToHexString(x.Value))), read.Xattrs.Select(x => (x.Key, Convert.ToHexString(x.Value))));
            Assert.Equal(entry with { Xattrs = [] }, read with { Xattrs = [] });
            var content = new byte[entry.Size];
            for (var at = 0; at < content.Length;)
            {
                at += await reader.ReadAsync(content.AsMemory(at), default);
            }

            Assert.Equal(Content(entry), content);
        }

        Assert.Null(await reader.NextAsync(default));
    }, iter: 400, threads: 1);

    [Fact]
    public Task Read_DamagedArchive_EndsOrThrowsInvalidInput() => Gen.Select(GenEntry, Gen.Int[0, 4000], Gen.Byte, Gen.Int[0, 6000]).SampleAsync(async (entry, at, value, length) =>
    {
        using var stream = new MemoryStream();
        var writer = new TarWriter(stream);
        await writer.BeginAsync(entry, default);
        await writer.WriteAsync(Content(entry), default);
        await writer.FinishAsync(default);
        var bytes = stream.ToArray()[..(int)Math.Min(length, stream.Length)];
        if (at < bytes.Length)
        {
            bytes[at] = value;
        }

        var reader = new TarReader(new MemoryStream(bytes));
        try
        {
            while (await reader.NextAsync(default) is not null)
            {
            }
        }
        catch (InvalidInputException)
        {
        }
    }, iter: 1000, threads: 1);

    [Theory]
    [InlineData("1.5", 1, 500_000_000)]
    [InlineData("-1.5", -2, 500_000_000)]
    [InlineData("-0.25", -1, 750_000_000)]
    [InlineData("12.0000000019", 12, 1)]
    public void ParseTime_Fractions_GoForward(string text, long seconds, int nanoseconds) =>
        Assert.Equal(new FileTime(seconds, (uint)nanoseconds), PaxRecords.ParseTime(Encoding.ASCII.GetBytes(text)));

    [Fact]
    public async Task Read_HugePaxHeader_IsRefused()
    {
        var block = new byte[512];
        block[156] = (byte)'x';
        TarHeaderBlock.TryFormatNumber(block.AsSpan(124, 12), 1L << 30);
        TarHeaderBlock.SetChecksum(block);
        await Assert.ThrowsAsync<InvalidInputException>(async () => await new TarReader(new MemoryStream(block)).NextAsync(default));
    }

    private static byte[] Content(TarEntry entry) => [.. Enumerable.Range(0, (int)entry.Size).Select(i => (byte)(i * 7))];
}
