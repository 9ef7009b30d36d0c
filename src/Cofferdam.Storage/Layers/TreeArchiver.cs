using System.Threading.Channels;
using Cofferdam.Linux;
using Microsoft.Win32.SafeHandles;

namespace Cofferdam.Storage.Layers;

/// <summary>Writes a directory tree into a tar, sorted; as a layer with OCI whiteouts when it is an overlay's upper directory. Reads ahead of what is written.</summary>
internal sealed class TreeArchiver(TarWriter writer, TreeArchiveOptions options)
{
    private const int BufferBytes = 256 * 1024;

    private readonly byte[] _buffer = new byte[BufferBytes];

    /// <summary>Writes all that is in a root, the root itself left out. The archive is not ended.</summary>
    internal async Task WriteAsync(RootedDirectory root, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var batches = Channel.CreateBounded<List<ArchivedEntry>>(new BoundedChannelOptions(ArchiveReader.BatchesAhead) { SingleReader = true, SingleWriter = true });
        var reading = Task.Run(() => new ArchiveReader(options).ReadAsync(root, batches.Writer, stop.Token), stop.Token);
        try
        {
            await foreach (var batch in batches.Reader.ReadAllAsync(cancellationToken))
            {
                foreach (var entry in batch)
                {
                    using (entry)
                    {
                        await WriteEntryAsync(entry, cancellationToken);
                    }
                }
            }
        }
        finally
        {
            await stop.CancelAsync();
            await reading.ContinueWith(static _ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
            while (batches.Reader.TryRead(out var batch))
            {
                batch.ForEach(static entry => entry.Dispose());
            }
        }

        await reading;
    }

    private async ValueTask WriteEntryAsync(ArchivedEntry entry, CancellationToken cancellationToken)
    {
        options.Observer?.BeginEntry(entry.Header.Name);
        ObserveHeader(entry.Header);
        await writer.BeginAsync(entry.Header, cancellationToken);
        if (entry.File is { } file)
        {
            await WriteContentAsync(file, entry.Header, cancellationToken);
        }
        else if (!entry.Content.IsEmpty)
        {
            options.Observer?.Content(entry.Content.Span);
            await writer.WriteAsync(entry.Content, cancellationToken);
        }
    }

    private async ValueTask WriteContentAsync(SafeFileHandle file, TarEntry entry, CancellationToken cancellationToken)
    {
        for (var at = 0L; at < entry.Size;)
        {
            var read = RandomAccess.Read(file, _buffer.AsSpan(0, (int)Math.Min(BufferBytes, entry.Size - at)), at);
            if (read == 0)
            {
                throw ArchiveReader.BecameShorter(entry.Name);
            }

            options.Observer?.Content(_buffer.AsSpan(0, read));
            await writer.WriteAsync(_buffer.AsMemory(0, read), cancellationToken);
            at += read;
        }
    }

    // What an observer looks for may stand in a link's text or an attribute as well as in a file.
    private void ObserveHeader(TarEntry entry)
    {
        if (options.Observer is not { } observer)
        {
            return;
        }

        if (entry.Type == TarEntryType.Symlink)
        {
            observer.Content(PathBytes.Encode(entry.LinkName));
        }

        foreach (var (_, value) in entry.Xattrs)
        {
            observer.Content(value);
        }
    }
}
