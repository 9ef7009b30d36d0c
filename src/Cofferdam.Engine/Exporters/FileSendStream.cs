using Cofferdam.Protocol.FileSync;
using Grpc.Core;

namespace Cofferdam.Engine;

/// <summary>A file that goes to the client (session FileSend).</summary>
internal static class FileSendStream
{
    private const int ChunkBytes = 1024 * 1024;

    /// <summary>Sends what <paramref name="write"/> writes, and returns when the client has all of it. That the client has the file already is no error.</summary>
    /// <param name="session">The client.</param>
    /// <param name="exporterIndex">Which of the client's outputs it is.</param>
    /// <param name="response">What the client is told of it.</param>
    /// <param name="write">Writes the content.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public static async Task SendAsync(IClientSession session, int exporterIndex, IReadOnlyDictionary<string, string> response, Func<Stream, Task> write, CancellationToken cancellationToken)
    {
        var metadata = new Metadata { { "buildkit-attachable-exporter-id", exporterIndex.ToString() } };
        foreach (var (key, value) in response)
        {
            metadata.Add("exporter-md-" + key, value);
        }

        using var call = new FileSend.FileSendClient(session.Calls).DiffCopy(metadata, cancellationToken: cancellationToken);
        try
        {
            await using var stream = new MessageWriteStream(ChunkBytes, data => call.RequestStream.WriteAsync(new BytesMessage { Data = data }, cancellationToken));
            await write(stream);
            await stream.FlushAsync(cancellationToken);
            await call.RequestStream.CompleteAsync();
            while (await call.ResponseStream.MoveNext(cancellationToken))
            {
                // The client sends nothing; its end is its answer.
            }
        }
        catch (RpcException error) when (error.StatusCode == StatusCode.AlreadyExists)
        {
            return;
        }
    }
}
