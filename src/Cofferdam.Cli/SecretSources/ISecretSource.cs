using Cofferdam.Secrets;

namespace Cofferdam.Cli.SecretSources;

/// <summary>Where this client has the value of a secret from. It is read when the daemon asks for it, each time anew.</summary>
internal interface ISecretSource
{
    /// <summary>What users know it by, for example <c>"vault:secret/npm#token"</c>; no secret is in it.</summary>
    string Name { get; }

    /// <summary>Throws <see cref="SecretSourceException"/> where it is plain without reading the value or asking anyone that it can't be had.</summary>
    void Check()
    {
    }

    /// <summary>The value, owned by the caller; throws <see cref="SecretSourceException"/> where it can't be had.</summary>
    Task<SecretValue> ReadAsync(CancellationToken cancellationToken);
}
