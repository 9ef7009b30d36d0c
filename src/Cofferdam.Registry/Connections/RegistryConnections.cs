using System.Collections.Concurrent;
using System.Net;

namespace Cofferdam.Registry.Connections;

/// <summary>The endpoints of registries. Nothing is opened or read before the first request to a host.</summary>
internal sealed class RegistryConnections(RegistryOptions options, Func<string, RegistryHostOptions, HttpMessageHandler> makeHandler) : IDisposable
{
    private readonly ConcurrentDictionary<string, Lazy<HttpMessageInvoker>> _invokers = new();
    private readonly ConcurrentDictionary<string, SemaphoreSlim> _transfers = new();

    public void Dispose()
    {
        foreach (var invoker in _invokers.Values.Where(invoker => invoker.IsValueCreated))
        {
            invoker.Value.Dispose();
        }

        foreach (var transfers in _transfers.Values)
        {
            transfers.Dispose();
        }
    }

    /// <summary>Where to ask for a repository's content, in order: mirrors first where <paramref name="forPull"/>.</summary>
    internal IEnumerable<RegistryEndpoint> For(string registry, bool forPull)
    {
        if (forPull && options.ForHost(registry).Mirrors is { IsDefault: false } mirrors)
        {
            foreach (var mirror in mirrors)
            {
                var slash = mirror.IndexOf('/', StringComparison.Ordinal);
                var host = slash < 0 ? mirror : mirror[..slash];
                yield return Make(host, "v2/" + (slash < 0 ? string.Empty : mirror[(slash + 1)..].Trim('/') + "/"), registry, plain: null);
            }
        }

        var own = options.ForHost(registry);
        yield return Make(Address(registry), "v2/", null, plain: null);
        if (own is { Insecure: true, PlainHttp: null } && !IsThisMachine(registry))
        {
            yield return Make(Address(registry), "v2/", null, plain: true) with { IsFallback = true };
        }
    }

    private static string Address(string registry) => registry == Model.ImageReference.DefaultRegistry ? "registry-1.docker.io" : registry;

    /// <summary>Whether a host is this machine, to which plain HTTP is spoken, as Docker and containerd do.</summary>
    internal static bool IsThisMachine(string host)
    {
        var name = Uri.TryCreate("http://" + host, UriKind.Absolute, out var address) ? address.Host : host;
        return name == "localhost" || (IPAddress.TryParse(name.Trim('[', ']'), out var ip) && IPAddress.IsLoopback(ip));
    }

    private RegistryEndpoint Make(string host, string path, string? mirrorOf, bool? plain)
    {
        var settings = options.ForHost(host == "registry-1.docker.io" ? Model.ImageReference.DefaultRegistry : host);
        var isPlain = plain ?? settings.PlainHttp ?? (IsThisMachine(host) && !settings.HasTls);
        var invoker = _invokers.GetOrAdd(host, key => new Lazy<HttpMessageInvoker>(() => new HttpMessageInvoker(makeHandler(key, settings))));
        var transfers = _transfers.GetOrAdd(host, _ => new SemaphoreSlim(options.MaxBlobTransfersPerHost));
        return new RegistryEndpoint(host, new Uri($"{(isPlain ? "http" : "https")}://{host}/{path}"), mirrorOf, invoker.Value, transfers);
    }
}
