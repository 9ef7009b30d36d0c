using System.Security.Cryptography;
using Cofferdam.Model;
using Cofferdam.Protocol.Content;
using Grpc.Core;
using Status = Grpc.Core.Status;

namespace Cofferdam.Cli.Session;

/// <summary>A blob being written into an OCI layout; what is not committed is removed.</summary>
internal sealed class ContentIngest(string store) : IAsyncDisposable
{
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly string _path = Path.Combine(store, "ingest", Guid.NewGuid().ToString("N"));
    private FileStream? _file;
    private long _length;
    private string _expected = string.Empty;

    /// <summary>Takes a request of containerd's Write and gives the answer to it.</summary>
    public async Task<WriteContentResponse> HandleAsync(WriteContentRequest request, CancellationToken cancellationToken)
    {
        _expected = request.Expected.Length > 0 ? request.Expected : _expected;
        if (Digest.TryParse(_expected, out var expected) && File.Exists(BlobPath(expected)))
        {
            throw new RpcException(new Status(StatusCode.AlreadyExists, $"content {_expected}: already exists"));
        }

        if (request.Action != WriteAction.Stat && !request.Data.IsEmpty)
        {
            await AppendAsync(request, cancellationToken);
        }

        var response = new WriteContentResponse { Action = request.Action, Offset = _length, Total = request.Total };
        if (request.Action == WriteAction.Commit)
        {
            response.Digest = await CommitAsync(request, cancellationToken);
        }

        return response;
    }

    public async ValueTask DisposeAsync()
    {
        _hash.Dispose();
        if (_file is not null)
        {
            await _file.DisposeAsync();
            File.Delete(_path);
        }
    }

    private async Task AppendAsync(WriteContentRequest request, CancellationToken cancellationToken)
    {
        if (request.Offset != _length)
        {
            throw new RpcException(new Status(StatusCode.OutOfRange, $"write {request.Ref} at {request.Offset}: {_length} bytes are there"));
        }

        _file ??= Create();
        await _file.WriteAsync(request.Data.Memory, cancellationToken);
        _hash.AppendData(request.Data.Span);
        _length += request.Data.Length;
    }

    private async Task<string> CommitAsync(WriteContentRequest request, CancellationToken cancellationToken)
    {
        var digest = Digest.FromSha256(_hash.GetCurrentHash());
        if ((request.Total > 0 && request.Total != _length) || (_expected.Length > 0 && _expected != digest.ToString()))
        {
            throw new RpcException(new Status(StatusCode.FailedPrecondition, $"commit {request.Ref}: it is {digest} of {_length} bytes, not {_expected} of {request.Total}"));
        }

        _file ??= Create();
        await _file.FlushAsync(cancellationToken);
        await _file.DisposeAsync();
        _file = null;
        var target = BlobPath(digest);
        Directory.CreateDirectory(Path.GetDirectoryName(target)!);
        File.Move(_path, target, overwrite: true);
        return digest.ToString();
    }

    private FileStream Create()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_path)!);
        return new FileStream(_path, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0, FileOptions.Asynchronous);
    }

    private string BlobPath(Digest digest) => Path.Combine(store, "blobs", digest.Algorithm, digest.Hex);
}
