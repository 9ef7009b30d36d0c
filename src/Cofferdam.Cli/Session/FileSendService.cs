using System.Globalization;
using Cofferdam.Engine;
using Cofferdam.Linux;
using Cofferdam.Model;
using Cofferdam.Protocol.FileSync;
using Cofferdam.Protocol.FileTransfer;
using Google.Protobuf;
using Grpc.Core;

namespace Cofferdam.Cli.Session;

/// <summary>Receives results. One method carries two kinds of messages: bytes of a file, or packets of a directory.</summary>
internal sealed class FileSendService(IReadOnlyDictionary<int, SessionTarget> targets, Stream? standardOutput)
{
    private const string DetailPrefix = "exporter-md-";

    private static readonly Marshaller<byte[]> _raw = Marshallers.Create(static bytes => bytes, static bytes => bytes);
    private static readonly Method<byte[], byte[]> _diffCopy = new(MethodType.DuplexStreaming, "moby.filesync.v1.FileSend", "DiffCopy", _raw, _raw);

    /// <summary>Registers the method.</summary>
    public void Bind(ServiceBinderBase binder) => binder.AddMethod(_diffCopy, DiffCopyAsync);

    private async Task DiffCopyAsync(IAsyncStreamReader<byte[]> requests, IServerStreamWriter<byte[]> responses, ServerCallContext context)
    {
        // Clients before BuildKit 0.13 had one exporter and no id.
        var id = context.RequestHeaders.GetValue("buildkit-attachable-exporter-id") ?? "0";
        if (!int.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out var index) || !targets.TryGetValue(index, out var target))
        {
            throw new RpcException(new Status(StatusCode.NotFound, $"there is no output {id}"));
        }

        try
        {
            if (target.OpenStream is { } open)
            {
                await ReceiveFileAsync(requests, open(Details(context.RequestHeaders)), context.CancellationToken);
            }
            else
            {
                await ReceiveDirectoryAsync(requests, responses, target.Directory!, context.CancellationToken);
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or LinuxException)
        {
            throw new RpcException(new Status(StatusCode.FailedPrecondition, $"write output{(target.Directory is { } directory ? " " + Quote.Text(directory) : string.Empty)}: {error.Message.TrimEnd('.')}"));
        }
    }

    private async Task ReceiveFileAsync(IAsyncStreamReader<byte[]> requests, Stream target, CancellationToken cancellationToken)
    {
        try
        {
            while (await requests.MoveNext(cancellationToken))
            {
                await target.WriteAsync(BytesMessage.Parser.ParseFrom(requests.Current).Data.Memory, cancellationToken);
            }

            await target.FlushAsync(cancellationToken);
        }
        catch
        {
            // A destination may also be a device or a pipe, which was there before.
            var half = target is FileStream file && RootedDirectory.Stat(file.SafeFileHandle).IsRegular ? file.Name : null;
            await CloseAsync(target);
            if (half is not null)
            {
                File.Delete(half); // half of a result is none
            }

            throw;
        }

        await CloseAsync(target);
    }

    private ValueTask CloseAsync(Stream target) => target == standardOutput ? ValueTask.CompletedTask : target.DisposeAsync();

    // Received beside what is there and moved in when it is whole, so that a broken transfer leaves nothing half-written.
    private static async Task ReceiveDirectoryAsync(IAsyncStreamReader<byte[]> requests, IServerStreamWriter<byte[]> responses, string directory, CancellationToken cancellationToken)
    {
        var isNew = !Directory.Exists(directory);
        Directory.CreateDirectory(directory);
        var staging = Path.Combine(directory, ".coffer-" + Guid.NewGuid().ToString("N"));
        Directory.CreateDirectory(staging);
        try
        {
            using (var root = RootedDirectory.Open(staging))
            {
                var receiver = new FileReceiver(root, new FileListing(), new ReceiverOptions());
                await receiver.ReceiveAsync(new PacketReader(requests), new PacketWriter(responses), cancellationToken);
            }

            DirectoryMerge.MoveInto(staging, directory);
            isNew = false;
        }
        finally
        {
            Directory.Delete(staging, recursive: true);
            if (isNew)
            {
                Directory.Delete(directory);
            }
        }
    }

    private static Dictionary<string, string> Details(Metadata metadata) => metadata
        .Where(static entry => entry.Key.StartsWith(DetailPrefix, StringComparison.Ordinal) && !entry.IsBinary)
        .GroupBy(static entry => entry.Key[DetailPrefix.Length..])
        .ToDictionary(static entries => entries.Key, static entries => entries.First().Value);

    private sealed class PacketReader(IAsyncStreamReader<byte[]> messages) : IAsyncStreamReader<Packet>
    {
        public Packet Current { get; private set; } = new();

        public async Task<bool> MoveNext(CancellationToken cancellationToken)
        {
            if (!await messages.MoveNext(cancellationToken))
            {
                return false;
            }

            Current = Packet.Parser.ParseFrom(messages.Current);
            return true;
        }
    }

    private sealed class PacketWriter(IAsyncStreamWriter<byte[]> messages) : IAsyncStreamWriter<Packet>
    {
        public WriteOptions? WriteOptions
        {
            get => messages.WriteOptions;
            set => messages.WriteOptions = value;
        }

        public Task WriteAsync(Packet message) => messages.WriteAsync(message.ToByteArray());

        public Task WriteAsync(Packet message, CancellationToken cancellationToken) => messages.WriteAsync(message.ToByteArray(), cancellationToken);
    }
}
