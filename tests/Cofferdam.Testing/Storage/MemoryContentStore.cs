using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Cofferdam.Model;
using Cofferdam.Storage;

namespace Cofferdam.Testing;

/// <summary>A content store for tests that need one and no disk.</summary>
public sealed class MemoryContentStore(TimeProvider? timeProvider = null) : IContentStore
{
    private readonly TimeProvider _timeProvider = timeProvider ?? TimeProvider.System;
    private readonly ConcurrentDictionary<Digest, (byte[] Content, DateTimeOffset Created)> _blobs = new();
    private readonly ConcurrentDictionary<string, SemaphoreSlim> _turns = new();
    private readonly ConcurrentDictionary<string, MemoryStream> _partials = new();

    public ValueTask<ContentInfo?> FindAsync(Digest digest, CancellationToken cancellationToken) =>
        ValueTask.FromResult(_blobs.TryGetValue(digest, out var blob) ? new ContentInfo(digest, blob.Content.Length, blob.Created) : null);

    public ValueTask<Stream> OpenReadAsync(Digest digest, CancellationToken cancellationToken) =>
        _blobs.TryGetValue(digest, out var blob)
            ? ValueTask.FromResult<Stream>(new MemoryStream(blob.Content, writable: false))
            : throw new NotFoundException($"blob {digest} is not in the content store");

    public async ValueTask<IContentWriter> OpenWriteAsync(string reference, Digest? expected, CancellationToken cancellationToken)
    {
        var turn = _turns.GetOrAdd(reference, _ => new SemaphoreSlim(1));
        await turn.WaitAsync(cancellationToken);
        return new Writer(this, reference, expected, _partials.GetOrAdd(reference, _ => new MemoryStream()), turn);
    }

    public async IAsyncEnumerable<ContentInfo> ListAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (var (digest, blob) in _blobs)
        {
            yield return new ContentInfo(digest, blob.Content.Length, blob.Created);
        }

        await ValueTask.CompletedTask;
    }

    public ValueTask DeleteAsync(Digest digest, CancellationToken cancellationToken)
    {
        _blobs.TryRemove(digest, out _);
        return ValueTask.CompletedTask;
    }

    private sealed class Writer(MemoryContentStore store, string reference, Digest? expected, MemoryStream content, SemaphoreSlim turn) : IContentWriter
    {
        private bool _disposed;

        public long Offset => content.Length;

        public ValueTask WriteAsync(ReadOnlyMemory<byte> data, CancellationToken cancellationToken) => content.WriteAsync(data, cancellationToken);

        public ValueTask ResetAsync(CancellationToken cancellationToken)
        {
            content.SetLength(0);
            return ValueTask.CompletedTask;
        }

        public ValueTask<ContentInfo> CommitAsync(CancellationToken cancellationToken)
        {
            var bytes = content.ToArray();
            content.SetLength(0);
            var digest = Digest.Of(bytes);
            if (expected is { } other && other != digest)
            {
                throw new DigestMismatchException($"blob \"{reference}\"", other, digest);
            }

            var blob = store._blobs.GetOrAdd(digest, _ => (bytes, store._timeProvider.GetUtcNow()));
            return ValueTask.FromResult(new ContentInfo(digest, bytes.Length, blob.Created));
        }

        public ValueTask DisposeAsync()
        {
            if (!_disposed)
            {
                _disposed = true;
                turn.Release();
            }

            return ValueTask.CompletedTask;
        }
    }
}
