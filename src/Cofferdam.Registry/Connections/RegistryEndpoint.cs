namespace Cofferdam.Registry.Connections;

/// <summary>One address that a repository may be had under.</summary>
/// <param name="Host">The host as credentials know it.</param>
/// <param name="Root">The address of the API, with a final slash: <c>https://host/v2/</c>.</param>
/// <param name="Namespace">The registry a mirror answers for; null for the registry itself.</param>
/// <param name="Invoker">Sends requests.</param>
/// <param name="Transfers">Counts blobs under way.</param>
internal sealed record RegistryEndpoint(string Host, Uri Root, string? Namespace, HttpMessageInvoker Invoker, SemaphoreSlim Transfers)
{
    /// <summary>Whether it is plain HTTP, tried where TLS does not work.</summary>
    internal bool IsFallback { get; init; }

    /// <summary>An address below the root.</summary>
    internal Uri Address(string path)
    {
        var address = new Uri(Root, path);
        return Namespace is null ? address : new Uri(address + (address.Query.Length == 0 ? "?ns=" : "&ns=") + Uri.EscapeDataString(Namespace));
    }
}
