using Cofferdam.Protocol.Http2;
using Grpc.Core;

namespace Cofferdam.Protocol.Calls;

/// <summary>What a caller sends.</summary>
internal sealed class ServerStreamReader<T>(Http2Stream stream, Marshaller<T> marshaller) : IAsyncStreamReader<T>
    where T : class
{
    private readonly MessageReader _reader = new(stream);

    public T Current { get; private set; } = null!;

    public async Task<bool> MoveNext(CancellationToken cancellationToken)
    {
        try
        {
            var message = await _reader.ReadAsync(marshaller, cancellationToken);
            Current = message ?? Current;
            return message is not null;
        }
        catch (IOException error)
        {
            throw new RpcException(RpcFailure.ToStatus(error));
        }
    }
}
