namespace Cofferdam.Registry;

/// <summary>Who the user is for a registry. Asked when the registry wants to know, never before.</summary>
public interface IRegistryCredentials
{
    /// <summary>The credentials for a host; null is anonymous.</summary>
    ValueTask<RegistryLogin?> GetAsync(string host, CancellationToken cancellationToken);

    /// <summary>Lets the client get the token itself (BuildKit's token authority), so that its password never leaves it; null when it does not do so.</summary>
    ValueTask<RegistryToken?> FetchTokenAsync(TokenRequest request, CancellationToken cancellationToken);
}
