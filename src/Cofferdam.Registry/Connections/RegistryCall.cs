using System.Collections.Immutable;

namespace Cofferdam.Registry.Connections;

/// <summary>A request that can be sent more than once.</summary>
internal sealed record RegistryCall
{
    /// <summary>What is being done, for messages.</summary>
    internal required string Action { get; init; }

    internal required RegistryEndpoint Endpoint { get; init; }

    internal required HttpMethod Method { get; init; }

    internal required Uri Address { get; init; }

    /// <summary>What a token must be good for.</summary>
    internal required ImmutableArray<string> Scopes { get; init; }

    internal required IRegistryCredentials Credentials { get; init; }

    /// <summary>Adds headers and content to each message sent.</summary>
    internal Action<HttpRequestMessage>? Prepare { get; init; }

    /// <summary>Whether it may be sent again after it failed.</summary>
    internal bool IsRepeatable { get; init; } = true;
}
