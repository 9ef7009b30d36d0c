using Cofferdam.Model;

namespace Cofferdam.Registry.DockerConfig;

/// <summary>The names that Docker's config knows registries by.</summary>
internal static class ServerNames
{
    /// <summary>Docker Hub's name in the config.</summary>
    internal const string DockerHub = "https://index.docker.io/v1/";

    /// <summary>The name a login for a host is kept under.</summary>
    internal static string For(string host) => HostOf(host) == ImageReference.DefaultRegistry ? DockerHub : HostOf(host);

    /// <summary>The host of a name that may be an address.</summary>
    internal static string HostOf(string server)
    {
        var scheme = server.IndexOf("://", StringComparison.Ordinal);
        var rest = scheme < 0 ? server : server[(scheme + 3)..];
        var slash = rest.IndexOf('/', StringComparison.Ordinal);
        var host = slash < 0 ? rest : rest[..slash];
        return host is "index.docker.io" or "registry-1.docker.io" or "docker.io" ? ImageReference.DefaultRegistry : host;
    }
}
