using System.Collections.Immutable;
using Cofferdam.Engine;
using Cofferdam.Model;
using Cofferdam.Protocol.Control;
using Google.Protobuf;

namespace Cofferdam.Daemon;

/// <summary>Reads Control.Solve requests, the fields of old clients included.</summary>
internal static class SolveRequests
{
    public static BuildRequest Read(SolveRequest request)
    {
        if (request.CompatibilityVersion is not (0 or 10 or 20 or 30))
        {
            throw new InvalidInputException($"invalid compatibility version {request.CompatibilityVersion}");
        }

        if (request.SourcePolicySession.Length > 0)
        {
            throw new UnsupportedException("source policies of the client's session are not supported yet") { Hint = "build without --policy" };
        }

        if (request.ProxyNetwork)
        {
            throw new UnsupportedException("a network that goes through a proxy is not supported yet") { Hint = "build with the default network" };
        }

        var attributes = request.FrontendAttrs.ToImmutableDictionary();
        return new BuildRequest
        {
            Ref = request.Ref.Length > 0 ? request.Ref : throw new InvalidInputException("a solve names no ref"),
            SessionId = request.Session,
            Entitlements = [.. request.Entitlements],
            IsInternal = request.Internal,
            Exporters = [.. ReadExporters(request).Select(exporter => WithEpoch(exporter, attributes))],
            CacheImports = [.. ReadCache(request.Cache?.Imports ?? [], request.Cache?.ImportRefsDeprecated ?? [])],
            CacheExports = [.. ReadCache(request.Cache?.Exports ?? [], request.Cache?.ExportRefDeprecated is { Length: > 0 } reference ? [reference] : [])],
            FrontendAttributes = attributes,
            SourcePolicy = request.SourcePolicy?.ToByteArray() ?? ReadOnlyMemory<byte>.Empty,
        };
    }

    public static GatewaySolve ReadSolve(SolveRequest request) => new()
    {
        Definition = request.Frontend.Length > 0 ? null : request.Definition,
        Frontend = request.Frontend,
        Options = request.FrontendAttrs.ToImmutableDictionary(),
        Inputs = request.FrontendInputs.ToImmutableDictionary(),
    };

    // Old clients knew caches in registries only.
    private static IEnumerable<CacheSpec> ReadCache(IEnumerable<CacheOptionsEntry> entries, IEnumerable<string> references) =>
        entries.Select(entry => new CacheSpec(entry.Type, entry.Attrs.ToImmutableDictionary()))
            .Concat(references.Select(reference => new CacheSpec("registry", ImmutableDictionary<string, string>.Empty.Add("ref", reference))));

    private static IEnumerable<ExporterSpec> ReadExporters(SolveRequest request)
    {
        if (request.Exporters.Count > 0)
        {
            return request.Exporters.Select(exporter => new ExporterSpec(exporter.Type, exporter.Attrs.ToImmutableDictionary()));
        }

        return request.ExporterDeprecated.Length > 0
            ? [new ExporterSpec(request.ExporterDeprecated, request.ExporterAttrsDeprecated.ToImmutableDictionary())]
            : [];
    }

    // A numeric SOURCE_DATE_EPOCH of the build is the exporter's too, unless it has one.
    private static ExporterSpec WithEpoch(ExporterSpec exporter, ImmutableDictionary<string, string> attributes) =>
        attributes.TryGetValue("build-arg:SOURCE_DATE_EPOCH", out var epoch) && long.TryParse(epoch, out _) && !exporter.Attributes.ContainsKey("source-date-epoch")
            ? exporter with { Attributes = exporter.Attributes.Add("source-date-epoch", epoch) }
            : exporter;
}
