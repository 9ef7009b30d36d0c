using System.Collections.Concurrent;
using System.Threading.Channels;
using Cofferdam.Linux;
using Cofferdam.Model;
using Cofferdam.Protocol.FileTransfer;
using Google.Protobuf;
using Grpc.Core;

namespace Cofferdam.Engine;

/// <summary>Sends a directory over fsutil's protocol: what there is, then the contents that the other side asks for.</summary>
public static class FileSender
{
    private const int SenderCount = 4;
    private const int ChunkBytes = 64 * 1024;

    /// <summary>Serves one transfer to its end. Nothing outside the root is read, whatever its links say.</summary>
    /// <param name="directory">The root.</param>
    /// <param name="filter">What of it is sent.</param>
    /// <param name="requests">What the receiver sends.</param>
    /// <param name="send">Sends a packet to the receiver; never called twice at once.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public static async Task SendAsync(string directory, TransferFilter filter, IAsyncStreamReader<Packet> requests, Func<Packet, Task> send, CancellationToken cancellationToken)
    {
        using var root = RootedDirectory.Open(directory);
        await SendAsync([new SentRoot(string.Empty, root)], filter, requests, send, cancellationToken);
    }

    /// <summary>The same for several roots, each under a directory of its name; an empty name is the root itself.</summary>
    internal static async Task SendAsync(IReadOnlyList<SentRoot> roots, TransferFilter filter, IAsyncStreamReader<Packet> requests, Func<Packet, Task> send, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var packets = Channel.CreateBounded<Packet>(new BoundedChannelOptions(256) { SingleReader = true });
        var wanted = Channel.CreateUnbounded<uint>();
        var files = new ConcurrentDictionary<uint, (RootedDirectory Root, string Path)>();

        var writing = WriteAsync(packets.Reader, send, stop.Token);
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

    private static async Task WriteAsync(ChannelReader<Packet> packets, Func<Packet, Task> send, CancellationToken cancellationToken)
    {
        await foreach (var packet in packets.ReadAllAsync(cancellationToken))
        {
            await send(packet);
        }
    }

    private static async Task AnnounceAsync(
        IReadOnlyList<SentRoot> roots,
        TransferFilter filter,
        ConcurrentDictionary<uint, (RootedDirectory Root, string Path)> files,
        ChannelWriter<Packet> packets,
        CancellationToken cancellationToken)
    {
        await Task.Yield();
        var id = 0u;
        foreach (var (name, root, layers) in roots)
        {
            if (name.Length > 0)
            {
                id++;
                await packets.WriteAsync(new Packet { Type = Packet.Types.PacketType.PacketStat, Stat = new Stat { Path = name, Mode = (1u << 31) | 0x1ed } }, cancellationToken);
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
                await packets.WriteAsync(new Packet { Type = Packet.Types.PacketType.PacketStat, Stat = stat }, cancellationToken);
            }
        }

        await packets.WriteAsync(new Packet { Type = Packet.Types.PacketType.PacketStat }, cancellationToken);
    }

    private static async Task ReadRequestsAsync(IAsyncStreamReader<Packet> requests, ChannelWriter<uint> wanted, ChannelWriter<Packet> packets, CancellationToken cancellationToken)
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
                        await packets.WriteAsync(new Packet { Type = Packet.Types.PacketType.PacketFin }, cancellationToken);
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

    private static async Task SendFilesAsync(ChannelReader<uint> wanted, ConcurrentDictionary<uint, (RootedDirectory Root, string Path)> files, ChannelWriter<Packet> packets, CancellationToken cancellationToken)
    {
        await foreach (var id in wanted.ReadAllAsync(cancellationToken))
        {
            if (!files.TryRemove(id, out var file))
            {
                throw new InvalidInputException($"sending files: invalid file id {id}");
            }

            await SendFileAsync(file.Root, file.Path, id, packets, cancellationToken);
            await packets.WriteAsync(new Packet { Type = Packet.Types.PacketType.PacketData, ID = id }, cancellationToken);
        }
    }

    private static async Task SendFileAsync(RootedDirectory root, string path, uint id, ChannelWriter<Packet> packets, CancellationToken cancellationToken)
    {
        Microsoft.Win32.SafeHandles.SafeFileHandle handle;
        lock (root)
        {
            try
            {
                handle = root.OpenRead(path);
            }
            catch (LinuxException error) when (error.Errno is Errno.ENOENT or Errno.ENOTDIR or Errno.ELOOP)
            {
                return; // It is gone since the walk: fsutil sends an empty file.
            }
        }

        using (handle)
        {
            var buffer = new byte[ChunkBytes];
            long offset = 0;
            int read;
#pragma warning disable VSTHRD103 // A file's read is as synchronous under the asynchronous call, and slower.
            while ((read = RandomAccess.Read(handle, buffer, offset)) > 0)
#pragma warning restore VSTHRD103
            {
                offset += read;
                await packets.WriteAsync(new Packet { Type = Packet.Types.PacketType.PacketData, ID = id, Data = ByteString.CopyFrom(buffer, 0, read) }, cancellationToken);
            }
        }
    }
}
