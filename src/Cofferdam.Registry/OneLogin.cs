namespace Cofferdam.Registry;

/// <summary>A login that was just given, for whoever asks.</summary>
public sealed class OneLogin(RegistryLogin login) : IRegistryCredentials
{
    /// <inheritdoc/>
    public ValueTask<RegistryLogin?> GetAsync(string host, CancellationToken cancellationToken) => ValueTask.FromResult<RegistryLogin?>(login);

    /// <inheritdoc/>
    public ValueTask<RegistryToken?> FetchTokenAsync(TokenRequest request, CancellationToken cancellationToken) => ValueTask.FromResult<RegistryToken?>(null);
}
