using System.Security.Cryptography;
using System.Text;
using Cofferdam.Model;
using Cofferdam.Protocol.Secrets;
using Google.Protobuf;
using Grpc.Core;

namespace Cofferdam.Cli.Session;

/// <summary>Gives the values of secrets, read when they are asked for.</summary>
internal sealed class SecretsService : Protocol.Secrets.Secrets.SecretsBase
{
    private readonly Dictionary<string, SessionSecret> _secrets;
    private readonly Func<string, string?> _variable;

    /// <summary>Checks that files are there and not too large.</summary>
    public SecretsService(IReadOnlyList<SessionSecret> secrets, Func<string, string?> variable)
    {
        _variable = variable;
        _secrets = secrets.ToDictionary(static secret => secret.Id, StringComparer.Ordinal);
        foreach (var secret in secrets)
        {
            if (secret.File is { } file)
            {
                Check(secret.Id, new FileInfo(file));
            }
        }
    }

    public override async Task<GetSecretResponse> GetSecret(GetSecretRequest request, ServerCallContext context)
    {
        if (!_secrets.TryGetValue(request.ID, out var secret))
        {
            throw NotFound(request.ID);
        }

        if (secret.File is null)
        {
            return _variable(secret.Variable ?? secret.Id) is { } value ? Respond(secret.Id, Encoding.UTF8.GetBytes(value)) : throw NotFound(secret.Id);
        }

        Check(secret.Id, new FileInfo(secret.File));
        return Respond(secret.Id, await File.ReadAllBytesAsync(secret.File, context.CancellationToken));
    }

    private static GetSecretResponse Respond(string id, byte[] value)
    {
        try
        {
            if (value.Length > Limits.SecretBytes)
            {
                throw TooLarge(id, value.Length);
            }

            return new GetSecretResponse { Data = ByteString.CopyFrom(value) };
        }
        finally
        {
            CryptographicOperations.ZeroMemory(value);
        }
    }

    private static void Check(string id, FileInfo file)
    {
        if (Directory.Exists(file.FullName))
        {
            throw new InvalidInputException($"read secret {Quote.Text(id)}: {Quote.Text(file.FullName)} is a directory") { Hint = "name a file: --secret id=" + id + ",src=FILE" };
        }

        if (!file.Exists)
        {
            throw new NotFoundException($"read secret {Quote.Text(id)}: {Quote.Text(file.FullName)} is not there") { Hint = "check the path; a relative one is taken from the directory the command runs in" };
        }

        if (file.Length > Limits.SecretBytes)
        {
            throw TooLarge(id, file.Length);
        }
    }

    private static InvalidInputException TooLarge(string id, long length) =>
        new($"read secret {Quote.Text(id)}: its {length} bytes are more than the {Limits.SecretBytes} that are allowed") { Hint = "give larger data as a file of the build context, or fetch it in the step" };

    private static RpcException NotFound(string id) => new(new Status(StatusCode.NotFound, $"secret {id} not found"));
}
