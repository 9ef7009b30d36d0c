using Cofferdam.Model;
using Cofferdam.Storage;

namespace Cofferdam.UnitTests.Storage.Layers;

internal sealed class MemoryContentStore : IContentStore
{
    private readonly Dictionary<Digest, byte[]> _blobs = [];

    public ValueTask<ContentInfo?> FindAsync(Digest digest, CancellationToken cancellationToken) =>
        ValueTask.FromResult(_blobs.TryGetValue(digest, out var blob) ? new ContentInfo(digest, blob.Length, default) : null);

    public ValueTask<Stream> OpenReadAsync(Digest digest, CancellationToken cancellationToken) =>
        ValueTask.FromResult<Stream>(new MemoryStream(_blobs[digest]));

    public ValueTask<IContentWriter> OpenWriteAsync(string reference, Digest? expected, CancellationToken cancellationToken) =>
        ValueTask.FromResult<IContentWriter>(new Writer(this));

    public async IAsyncEnumerable<ContentInfo> ListAsync([System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await Task.CompletedTask;
        yield break;
    }

    public ValueTask DeleteAsync(Digest digest, CancellationToken cancellationToken) => ValueTask.CompletedTask;

    private sealed class Writer(MemoryContentStore owner) : IContentWriter
    {
        private readonly MemoryStream _bytes = new();

        public long Offset => _bytes.Length;

        public ValueTask WriteAsync(ReadOnlyMemory<byte> data, CancellationToken cancellationToken) => _bytes.WriteAsync(data, cancellationToken);

        public ValueTask ResetAsync(CancellationToken cancellationToken)
        {
            _bytes.SetLength(0);
            return ValueTask.CompletedTask;
        }

        public ValueTask<ContentInfo> CommitAsync(CancellationToken cancellationToken)
        {
            var blob = _bytes.ToArray();
            owner._blobs[Digest.Of(blob)] = blob;
            return ValueTask.FromResult(new ContentInfo(Digest.Of(blob), blob.Length, default));
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
