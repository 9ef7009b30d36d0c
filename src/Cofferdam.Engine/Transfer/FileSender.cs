using System.Buffers;
using System.Collections.Concurrent;
using System.Threading.Channels;
using Cofferdam.Linux;
using Cofferdam.Model;
using Cofferdam.Protocol.FileTransfer;
using Google.Protobuf;
using Grpc.Core;
using Microsoft.Win32.SafeHandles;

namespace Cofferdam.Engine;

/// <summary>Sends a directory over fsutil's protocol: what there is, then the contents that the other side asks for.</summary>
public static class FileSender
{
    private const int SenderCount = 4;
    private const int ChunkBytes = 64 * 1024;

    // Packets go from those who make them to the one who writes them in batches: waking a thread costs more than most packets do.
    private const int BatchPackets = 64;
    private const int MostBatches = 32;

    private static readonly WriteOptions _isFollowed = new(WriteFlags.BufferHint);

    /// <summary>Serves one transfer to its end. Nothing outside the root is read, whatever its links say.</summary>
    /// <param name="directory">The root.</param>
    /// <param name="filter">What of it is sent.</param>
    /// <param name="requests">What the receiver sends.</param>
    /// <param name="responses">What the receiver is sent; never written to twice at once.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public static async Task SendAsync(string directory, TransferFilter filter, IAsyncStreamReader<Packet> requests, IAsyncStreamWriter<Packet> responses, CancellationToken cancellationToken)
    {
        using var root = RootedDirectory.Open(directory);
        await SendAsync(root, filter, requests, responses, cancellationToken);
    }

    /// <summary>The same for a directory that is open and stays the caller's.</summary>
    public static Task SendAsync(RootedDirectory root, TransferFilter filter, IAsyncStreamReader<Packet> requests, IAsyncStreamWriter<Packet> responses, CancellationToken cancellationToken) =>
        SendAsync([new SentRoot(string.Empty, root)], filter, requests, responses, cancellationToken);

    /// <summary>The same for several roots, each under a directory of its name; an empty name is the root itself.</summary>
    internal static async Task SendAsync(IReadOnlyList<SentRoot> roots, TransferFilter filter, IAsyncStreamReader<Packet> requests, IAsyncStreamWriter<Packet> responses, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var packets = Channel.CreateBounded<List<Packet>>(new BoundedChannelOptions(MostBatches) { SingleReader = true });
        var wanted = Channel.CreateUnbounded<uint>();
        var files = new ConcurrentDictionary<uint, (RootedDirectory Root, string Path)>();

        var writing = WriteAsync(packets.Reader, responses, stop.Token);
        Task[] working =
        [
            AnnounceAsync(roots, filter, files, packets.Writer, stop.Token),
            ReadRequestsAsync(requests, wanted.Writer, packets.Writer, stop.Token),
            .. Enumerable.Range(0, SenderCount).Select(_ => SendFilesAsync(wanted.Reader, files, packets.Writer, stop.Token)),
        ];
        try
        {
            await WhenAllOrFirstFailureAsync([.. working, writing.ContinueWith(task => task.IsFaulted ? task : Task.CompletedTask, stop.Token, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default).Unwrap()], working);
            packets.Writer.TryComplete();
            await writing;
        }
        finally
        {
            await stop.CancelAsync();
            packets.Writer.TryComplete();
            await Task.WhenAll([.. working, writing]).ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        }
    }

    // Ends when all of the work is done, or as soon as any task fails.
    private static async Task WhenAllOrFirstFailureAsync(IReadOnlyList<Task> watched, IReadOnlyList<Task> work)
    {
        var left = watched.ToList();
        while (!work.All(task => task.IsCompletedSuccessfully))
        {
            var done = await Task.WhenAny(left);
            await done;
            left.Remove(done);
        }
    }

    // After a description there is always another packet, if only the one that says that it was the last.
    private static async Task WriteAsync(ChannelReader<List<Packet>> batches, IAsyncStreamWriter<Packet> responses, CancellationToken cancellationToken)
    {
        await foreach (var batch in batches.ReadAllAsync(cancellationToken))
        {
            for (var i = 0; i < batch.Count; i++)
            {
                responses.WriteOptions = batch[i].Stat is not null || i < batch.Count - 1 || batches.TryPeek(out _) ? _isFollowed : null;
                await responses.WriteAsync(batch[i], cancellationToken);
            }
        }
    }

    private static async Task AnnounceAsync(
        IReadOnlyList<SentRoot> roots,
        TransferFilter filter,
        ConcurrentDictionary<uint, (RootedDirectory Root, string Path)> files,
        ChannelWriter<List<Packet>> packets,
        CancellationToken cancellationToken)
    {
        await Task.Yield();
        var id = 0u;
        var batch = new List<Packet>(BatchPackets);
        foreach (var (name, root, layers) in roots)
        {
            if (name.Length > 0)
            {
                id++;
                batch.Add(new Packet { Type = Packet.Types.PacketType.PacketStat, Stat = new Stat { Path = name, Mode = (1u << 31) | 0x1ed } });
            }

            foreach (var stat in FilteredWalk.Walk(root, filter, layers))
            {
                if (TransferModes.IsRequestable(stat))
                {
                    files[id] = (root, stat.Path);
                }

                id++;
                stat.Path = name.Length > 0 ? name + "/" + stat.Path : stat.Path;
                stat.Linkname = name.Length > 0 && TransferModes.IsHardLink(stat) ? name + "/" + stat.Linkname : stat.Linkname;
                batch.Add(new Packet { Type = Packet.Types.PacketType.PacketStat, Stat = stat });
                if (batch.Count >= BatchPackets)
                {
                    await packets.WriteAsync(batch, cancellationToken);
                    batch = new List<Packet>(BatchPackets);
                }
            }
        }

        batch.Add(new Packet { Type = Packet.Types.PacketType.PacketStat });
        await packets.WriteAsync(batch, cancellationToken);
    }

    private static async Task ReadRequestsAsync(IAsyncStreamReader<Packet> requests, ChannelWriter<uint> wanted, ChannelWriter<List<Packet>> packets, CancellationToken cancellationToken)
    {
        try
        {
            while (await requests.MoveNext(cancellationToken))
            {
                var packet = requests.Current;
                switch (packet.Type)
                {
                    case Packet.Types.PacketType.PacketReq:
                        wanted.TryWrite(packet.ID);
                        break;
                    case Packet.Types.PacketType.PacketFin:
                        await packets.WriteAsync([new Packet { Type = Packet.Types.PacketType.PacketFin }], cancellationToken);
                        return;
                    case Packet.Types.PacketType.PacketErr:
                        throw new CofferdamException(ErrorCode.System, "error from receiver: " + packet.Data.ToStringUtf8());
                    default:
                        throw new InvalidInputException($"sending files: unexpected packet {packet.Type} from the receiver");
                }
            }

            throw new CofferdamException(ErrorCode.Canceled, "sending files: the receiver ended before it had everything");
        }
        finally
        {
            wanted.TryComplete();
        }
    }

    private static async Task SendFilesAsync(ChannelReader<uint> wanted, ConcurrentDictionary<uint, (RootedDirectory Root, string Path)> files, ChannelWriter<List<Packet>> packets, CancellationToken cancellationToken)
    {
        var batch = new List<Packet>(BatchPackets);
        var bytes = 0L;
        while (true)
        {
            if (!wanted.TryRead(out var id))
            {
                await SendAsync();
                if (!await wanted.WaitToReadAsync(cancellationToken))
                {
                    return;
                }

                continue;
            }

            if (!files.TryRemove(id, out var file))
            {
                throw new InvalidInputException($"sending files: invalid file id {id}");
            }

            using (var handle = OpenRead(file.Root, file.Path))
            {
                var read = handle is null ? 0 : ChunkBytes;
                for (long offset = 0; read == ChunkBytes; offset += read)
                {
                    var data = Read(handle!, offset);
                    read = data.Length;
                    if (read > 0)
                    {
                        batch.Add(new Packet { Type = Packet.Types.PacketType.PacketData, ID = id, Data = data });
                        bytes += read;
                    }

                    if (bytes >= ChunkBytes)
                    {
                        await SendAsync();
                    }
                }
            }

            batch.Add(new Packet { Type = Packet.Types.PacketType.PacketData, ID = id });
            if (batch.Count >= BatchPackets)
            {
                await SendAsync();
            }
        }

        async ValueTask SendAsync()
        {
            if (batch.Count > 0)
            {
                await packets.WriteAsync(batch, cancellationToken);
                batch = new List<Packet>(BatchPackets);
                bytes = 0;
            }
        }
    }

    // Null when it is gone since the walk: fsutil sends an empty file.
    private static SafeFileHandle? OpenRead(RootedDirectory root, string path)
    {
        lock (root)
        {
            try
            {
                return root.OpenRead(path);
            }
            catch (LinuxException error) when (error.Errno is Errno.ENOENT or Errno.ENOTDIR or Errno.ELOOP)
            {
                return null;
            }
        }
    }

    private static ByteString Read(SafeFileHandle handle, long offset)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(ChunkBytes);
        try
        {
            return ByteString.CopyFrom(buffer, 0, RandomAccess.Read(handle, buffer.AsSpan(0, ChunkBytes), offset));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
