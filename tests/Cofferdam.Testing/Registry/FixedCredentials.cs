using Cofferdam.Registry;

namespace Cofferdam.Testing;

/// <summary>One login, or one token, for every host.</summary>
public sealed class FixedCredentials(RegistryLogin? login = null, RegistryToken? token = null) : IRegistryCredentials
{
    public List<string> Asked { get; } = [];

    public ValueTask<RegistryLogin?> GetAsync(string host, CancellationToken cancellationToken)
    {
        Asked.Add(host);
        return ValueTask.FromResult(login);
    }

    public ValueTask<RegistryToken?> FetchTokenAsync(TokenRequest request, CancellationToken cancellationToken) => ValueTask.FromResult(token);
}
