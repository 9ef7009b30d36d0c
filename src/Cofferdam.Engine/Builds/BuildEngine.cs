using System.Collections.Immutable;
using Cofferdam.Model;

namespace Cofferdam.Engine;

/// <summary>Begins builds with the services of the daemon.</summary>
internal sealed class BuildEngine(EngineServices services) : IBuildEngine
{
    private static readonly string[] Known = ["network.host", "security.insecure", DeviceGrants.Entitlement];

    public Task<IBuild> StartAsync(BuildRequest request, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var refused = request.Entitlements.FirstOrDefault(entitlement => !services.AllowedEntitlements.Contains(NameOf(entitlement)));
        if (refused is not null && !Known.Contains(NameOf(refused)))
        {
            throw new InvalidInputException($"unknown entitlement {Quote.Text(refused)}") { Hint = NearMatch.Find(refused, Known) is { } near ? $"did you mean {near}?" : $"it is one of {string.Join(", ", Known)}" };
        }

        if (refused is not null)
        {
            throw new CofferdamException(ErrorCode.EntitlementMissing, $"granting entitlement {refused} is not allowed by build daemon configuration")
            {
                Hint = $"start the daemon with --allow-insecure-entitlement {NameOf(refused)}",
            };
        }

        UnsupportedRequests.Check(request);
        request.CacheImports.ToList().ForEach(services.CacheImporter.Check);
        var caches = request.CacheExports.Select(spec => CacheExportOptions.Parse(spec, services.CacheImporter.Storages)).ToImmutableArray();
        var exporters = request.Exporters.Select(services.Exporters).ToImmutableArray();
        var job = new BuildJob(request.Ref, request.SessionId, services.Sessions, request.Entitlements) 
        {
            Seal = SealPolicy.Read(request.FrontendAttributes, services.UnaskedSeal),
            Caching = SecretCaching.Read(request.FrontendAttributes),
        };
        return Task.FromResult<IBuild>(new Build(request, job, exporters, caches, services));
    }

    // Of a device's entitlement the daemon knows but that it is one.
    private static string NameOf(string entitlement) => DeviceGrants.IsOne(entitlement) ? DeviceGrants.Entitlement : entitlement;
}
