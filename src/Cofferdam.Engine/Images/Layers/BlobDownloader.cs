using System.Buffers;
using Cofferdam.Model;
using Cofferdam.Registry;
using Cofferdam.Solver;
using Cofferdam.Storage;

namespace Cofferdam.Engine;

/// <summary>Fetches blobs into the content store: going on after broken connections, and elsewhere when a repository does not have them any more.</summary>
internal sealed class BlobDownloader(IContentStore content)
{
    private const int BufferBytes = 128 * 1024;
    private const int MaxBreaks = 5;

    /// <summary>Fetches a blob unless it is there. The relay gets it as it comes.</summary>
    internal async Task DownloadAsync(
        LayerOrigin origin, IReadOnlyList<Func<long, CancellationToken, Task<RegistryBlob>>> sources, BlobRelay relay, IVertexProgress progress, CancellationToken cancellationToken)
    {
        Exception? failure = null;
        try
        {
            await using var writer = await content.OpenWriteAsync("blob-" + origin.Blob.Hex, origin.Blob, cancellationToken);
            if (await content.FindAsync(origin.Blob, cancellationToken) is not null)
            {
                relay.Abandon(); // another writer was faster
                return;
            }

            if (writer.Offset > 0)
            {
                relay.Abandon(); // what an earlier download left cannot be read before its end
            }

            relay.Begin();
            await FillAsync(writer, origin, sources, relay, progress, cancellationToken);
            await CommitAsync(writer, origin, cancellationToken);
            progress.Status(origin.Blob.ToString(), "downloading", origin.Size, origin.Size, isCompleted: true);
        }
        catch (Exception error)
        {
            failure = error;
            throw;
        }
        finally
        {
            relay.Complete(failure);
        }
    }

    // The writer knows the blob's name only; who sent it is what the user can do something about.
    private static async Task CommitAsync(IContentWriter writer, LayerOrigin origin, CancellationToken cancellationToken)
    {
        try
        {
            await writer.CommitAsync(cancellationToken);
        }
        catch (DigestMismatchException error)
        {
            throw new DigestMismatchException($"pull layer of {string.Join(" or ", origin.Repositories.Take(2).Select(Quote.Text))}: what the registry sent", error.Expected, error.Actual);
        }
    }

    private static async Task FillAsync(
        IContentWriter writer, LayerOrigin origin, IReadOnlyList<Func<long, CancellationToken, Task<RegistryBlob>>> sources, BlobRelay relay, IVertexProgress progress, CancellationToken cancellationToken)
    {
        CofferdamException? failure = null;
        foreach (var source in sources)
        {
            for (var breaks = 0; breaks < MaxBreaks;)
            {
                var before = writer.Offset;
                try
                {
                    await using var blob = await source(before, cancellationToken);
                    await CopyAsync(blob, writer, origin, relay, progress, cancellationToken);
                    if (writer.Offset == origin.Size)
                    {
                        return;
                    }

                    failure = new CofferdamException(ErrorCode.RegistryUnavailable, $"pull {origin.Blob}: it ended after {writer.Offset} of {origin.Size} bytes");
                }
                catch (Exception error) when (error is IOException or HttpRequestException)
                {
                    failure = new CofferdamException(ErrorCode.RegistryUnavailable, $"pull {origin.Blob}: the connection broke: {error.Message}", error);
                }
                catch (CofferdamException error) when (error is not DigestMismatchException)
                {
                    failure = error;
                    break; // the registry was asked again already: the next one
                }

                breaks = writer.Offset > before ? 1 : breaks + 1; // as long as it goes on it goes on
            }
        }

        throw failure ?? new NotFoundException($"pull {origin.Blob}: it is not known where from");
    }

    private static async Task CopyAsync(RegistryBlob blob, IContentWriter writer, LayerOrigin origin, BlobRelay relay, IVertexProgress progress, CancellationToken cancellationToken)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
        try
        {
            var skip = writer.Offset - blob.Offset; // where the registry does not resume
            var told = 0L;
            while (await blob.Content.ReadAsync(buffer, cancellationToken) is > 0 and var read)
            {
                var piece = buffer.AsMemory(0, read);
                var dropped = (int)Math.Min(skip, read);
                (skip, piece) = (skip - dropped, piece[dropped..]);
                if (writer.Offset + piece.Length > origin.Size)
                {
                    await writer.ResetAsync(cancellationToken);
                    throw new CofferdamException(ErrorCode.DigestMismatch, $"pull {origin.Blob}: the registry sends more than its {origin.Size} bytes");
                }

                await writer.WriteAsync(piece, cancellationToken);
                await relay.PublishAsync(piece, cancellationToken);
                if (writer.Offset - told >= 1 << 20)
                {
                    told = writer.Offset;
                    progress.Status(origin.Blob.ToString(), "downloading", told, origin.Size, isCompleted: false);
                }
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
