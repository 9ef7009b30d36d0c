using System.Collections.Immutable;
using Cofferdam.Dockerfile;
using Cofferdam.Model;
using Cofferdam.Solver;
using Cofferdam.Storage;

namespace Cofferdam.Engine;

/// <summary>What builds are made with: one of each for the whole daemon.</summary>
internal sealed record EngineServices
{
    public required BuildSolver Solver { get; init; }

    public required IOperationFactory Operations { get; init; }

    public required IFrontend Frontend { get; init; }

    /// <summary>What frontends of images, and containers of frontends, are run with.</summary>
    public required FrontendServices Frontends { get; init; }

    public required ISnapshotter Snapshotter { get; init; }

    public required ILayerProvider Layers { get; init; }

    public required ILayerUses Uses { get; init; }

    /// <summary>Looks up sources that are no images.</summary>
    public required SourceLookup Sources { get; init; }

    public required ISessions Sessions { get; init; }

    /// <summary>Finds images for a build, whose session has the credentials.</summary>
    public required Func<BuildJob, ImageLookup> Images { get; init; }

    /// <summary>Makes the exporter of a type and attributes; throws where there is none.</summary>
    public required Func<ExporterSpec, IExporter> Exporters { get; init; }

    /// <summary>Makes caches from elsewhere known to the solver.</summary>
    public required CacheImporter CacheImporter { get; init; }

    /// <summary>Writes caches for others.</summary>
    public required CacheExporter CacheExporter { get; init; }

    /// <summary>What it builds for, its own platform first.</summary>
    public required ImmutableArray<Platform> Platforms { get; init; }

    /// <summary>What builds may be granted.</summary>
    public required ImmutableHashSet<string> AllowedEntitlements { get; init; }

    /// <summary>The devices that steps can ask for.</summary>
    public required DeviceRegistry Devices { get; init; }

    /// <summary>Keeps secrets out of results.</summary>
    public required ResultSeal Seal { get; init; }

    /// <summary>Words errors of all kinds for users.</summary>
    public required FailureText Failures { get; init; }

    /// <summary>What happens when a secret would leave a build whose client says nothing of it.</summary>
    public required SealMode UnaskedSeal { get; init; }

    public required TimeProvider Clock { get; init; }
}
