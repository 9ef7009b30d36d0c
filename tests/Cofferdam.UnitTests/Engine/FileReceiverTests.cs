using System.Collections.Concurrent;
using Cofferdam.Engine;
using Cofferdam.Linux;
using Cofferdam.Protocol.FileTransfer;
using Cofferdam.Testing;
using Google.Protobuf;
using Grpc.Core;
using Xunit;

namespace Cofferdam.UnitTests.Engine;

public sealed class FileReceiverTests : IDisposable
{
    private const uint Directory = 1u << 31;
    private const uint Fifo = 1u << 25;
    private readonly TemporaryDirectory _directory = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task HardLink_AnnouncedBeforeItsFileArrives_IsMade()
    {
        await ReceiveAsync(new Stat { Path = "a", Mode = 0x1a4, Size = 3 }, new Stat { Path = "d", Mode = Directory | 0x1ed }, new Stat { Path = "d/link", Mode = 0x1a4, Size = 3, Linkname = "a" });

        using var root = RootedDirectory.Open(_directory.Path);
        Assert.Equal("abc", await File.ReadAllTextAsync(_directory["d/link"], Token));
        Assert.Equal(root.Stat("a").Inode, root.Stat("d/link").Inode);
    }

    [Fact]
    public async Task Fifo_Sent_IsMade()
    {
        await ReceiveAsync(new Stat { Path = "pipe", Mode = Fifo | 0x1a0 });

        using var root = RootedDirectory.Open(_directory.Path);
        Assert.Equal((FileType.Fifo, 0x1a0u), (root.Stat("pipe").Type, root.Stat("pipe").Mode & 0xfff));
    }

    [Fact]
    public async Task Receive_WithTheContentsAtHand_CopiesThemAndAsksForNone()
    {
        using var sender = new TemporaryDirectory();
        System.IO.Directory.CreateDirectory(sender["d"]);
        var packets = new BlockingCollection<Packet> { new() { Type = Packet.Types.PacketType.PacketStat, Stat = new Stat { Path = "d", Mode = Directory | 0x1ed } } };
        for (var i = 100; i < 300; i++)
        {
            await File.WriteAllTextAsync(sender[$"d/{i}"], i == 150 ? new string('x', 600_000) : $"file {i}", Token);
            packets.Add(new Packet { Type = Packet.Types.PacketType.PacketStat, Stat = new Stat { Path = $"d/{i}", Mode = 0x180, Size = i == 150 ? 600_000 : 8, ModTime = i * 1_000_000_000L } }, Token);
        }

        File.Delete(sender["d/200"]); // gone since it was told of
        packets.Add(new Packet { Type = Packet.Types.PacketType.PacketStat }, Token);
        var sent = new List<Packet>();
        var hashed = new ConcurrentBag<string>();
        using var contents = RootedDirectory.Open(sender.Path);
        using var root = RootedDirectory.Open(_directory.Path);
        var receiver = new FileReceiver(root, new FileListing(), new ReceiverOptions { Contents = contents, Received = (stat, digest) => hashed.Add(Convert.ToHexString(digest)) });
        await receiver.ReceiveAsync(
            new Reader(packets),
            new Writer(packet =>
            {
                sent.Add(packet);
                packets.Add(new Packet { Type = Packet.Types.PacketType.PacketFin }, Token);
            }),
            Token);

        Assert.Equal([Packet.Types.PacketType.PacketFin], sent.Select(packet => packet.Type));
        Assert.Equal(200, hashed.Distinct().Count());
        Assert.Equal(198 * 8 + 600_000, receiver.ReceivedBytes);
        Assert.Equal(string.Empty, await File.ReadAllTextAsync(_directory["d/200"], Token));
        Assert.Equal("file 299", await File.ReadAllTextAsync(_directory["d/299"], Token));
        Assert.Equal(DateTime.UnixEpoch.AddSeconds(299), File.GetLastWriteTimeUtc(_directory["d/299"]));
        Assert.Equal(600_000, new FileInfo(_directory["d/150"]).Length);
    }

    [Fact]
    public async Task Receive_WithContentsThatCannotBeRead_SaysWhy()
    {
        using var sender = new TemporaryDirectory();
        System.IO.Directory.CreateDirectory(sender["f"]); // it was a file when it was told of
        var packets = new BlockingCollection<Packet>
        {
            new() { Type = Packet.Types.PacketType.PacketStat, Stat = new Stat { Path = "f", Mode = 0x180, Size = 8 } },
            new() { Type = Packet.Types.PacketType.PacketStat },
        };
        using var contents = RootedDirectory.Open(sender.Path);
        using var root = RootedDirectory.Open(_directory.Path);

        await Assert.ThrowsAnyAsync<IOException>(() => new FileReceiver(root, new FileListing(), new ReceiverOptions { Contents = contents }).ReceiveAsync(new Reader(packets), new Writer(_ => { }), Token));
    }

    // Sends all entries, then the content "abc" of each file asked for.
    private async Task ReceiveAsync(params Stat[] entries)
    {
        var packets = new BlockingCollection<Packet>();
        foreach (var entry in entries)
        {
            packets.Add(new Packet { Type = Packet.Types.PacketType.PacketStat, Stat = entry }, Token);
        }

        packets.Add(new Packet { Type = Packet.Types.PacketType.PacketStat }, Token);
        using var root = RootedDirectory.Open(_directory.Path);
        await new FileReceiver(root, new FileListing(), new ReceiverOptions()).ReceiveAsync(new Reader(packets), new Writer(Answer), Token);

        void Answer(Packet packet)
        {
            if (packet.Type == Packet.Types.PacketType.PacketReq)
            {
                packets.Add(new Packet { Type = Packet.Types.PacketType.PacketData, ID = packet.ID, Data = ByteString.CopyFromUtf8("abc") }, Token);
                packets.Add(new Packet { Type = Packet.Types.PacketType.PacketData, ID = packet.ID }, Token);
            }
            else
            {
                packets.Add(new Packet { Type = Packet.Types.PacketType.PacketFin }, Token);
            }
        }
    }

    private sealed class Writer(Action<Packet> answer) : IAsyncStreamWriter<Packet>
    {
        public WriteOptions? WriteOptions { get; set; }

        public Task WriteAsync(Packet message) => WriteAsync(message, CancellationToken.None);

        public Task WriteAsync(Packet message, CancellationToken cancellationToken)
        {
            answer(message);
            return Task.CompletedTask;
        }
    }

    private sealed class Reader(BlockingCollection<Packet> packets) : IAsyncStreamReader<Packet>
    {
        public Packet Current { get; private set; } = new();

        public Task<bool> MoveNext(CancellationToken cancellationToken)
        {
            Assert.True(packets.TryTake(out var packet), "the receiver waits for a packet that nobody sends");
            Current = packet;
            return Task.FromResult(true);
        }
    }
}
