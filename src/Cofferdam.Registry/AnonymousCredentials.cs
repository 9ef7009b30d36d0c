namespace Cofferdam.Registry;

/// <summary>Nobody in particular.</summary>
public sealed class AnonymousCredentials : IRegistryCredentials
{
    /// <summary>The one there need be.</summary>
    public static AnonymousCredentials Instance { get; } = new();

    /// <inheritdoc/>
    public ValueTask<RegistryLogin?> GetAsync(string host, CancellationToken cancellationToken) => ValueTask.FromResult<RegistryLogin?>(null);

    /// <inheritdoc/>
    public ValueTask<RegistryToken?> FetchTokenAsync(TokenRequest request, CancellationToken cancellationToken) => ValueTask.FromResult<RegistryToken?>(null);
}
