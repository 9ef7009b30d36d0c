using Cofferdam.Protocol.Secrets;
using Google.Protobuf;
using Grpc.Core;

namespace Cofferdam.Cli.Session;

/// <summary>Gives the values of secrets, read when they are asked for.</summary>
internal sealed class SecretsService : Protocol.Secrets.Secrets.SecretsBase
{
    private readonly Dictionary<string, SessionSecret> _secrets;

    /// <summary>Checks what can be checked without reading a value: that files are there and not too large.</summary>
    public SecretsService(IReadOnlyList<SessionSecret> secrets)
    {
        _secrets = secrets.ToDictionary(static secret => secret.Id, StringComparer.Ordinal);
        foreach (var secret in secrets)
        {
            secret.Check();
        }
    }

    public override async Task<GetSecretResponse> GetSecret(GetSecretRequest request, ServerCallContext context)
    {
        if (!_secrets.TryGetValue(request.ID, out var secret))
        {
            throw new RpcException(new Status(StatusCode.NotFound, $"secret {request.ID} not found"));
        }

        using var value = await secret.ReadAsync(context.CancellationToken);
        return value.Use(0, static (bytes, _) => new GetSecretResponse { Data = ByteString.CopyFrom(bytes.Span) });
    }
}
