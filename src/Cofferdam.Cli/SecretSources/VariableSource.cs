using System.Security.Cryptography;
using System.Text;
using Cofferdam.Model;
using Cofferdam.Secrets;

namespace Cofferdam.Cli.SecretSources;

/// <summary>An environment variable of this command.</summary>
/// <param name="variable">Its name.</param>
/// <param name="environment">Looks up the environment.</param>
internal sealed class VariableSource(string variable, Func<string, string?> environment) : ISecretSource
{
    /// <inheritdoc/>
    public string Name { get; } = $"variable {Quote.Text(variable)}";

    /// <inheritdoc/>
    public Task<SecretValue> ReadAsync(CancellationToken cancellationToken)
    {
        var text = environment(variable) ?? throw new SecretSourceException("it is not set") { Hint = $"set it in the environment of the command: export {variable}=…", IsAbsent = true };
        var bytes = GC.AllocateUninitializedArray<byte>(Encoding.UTF8.GetByteCount(text), pinned: true);
        try
        {
            Encoding.UTF8.GetBytes(text, bytes);
            return Task.FromResult(WipedBuffer.ToValue(bytes));
        }
        finally
        {
            CryptographicOperations.ZeroMemory(bytes);
        }
    }
}
