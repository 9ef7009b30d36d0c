using System.Collections.Immutable;
using Cofferdam.Dockerfile;
using Cofferdam.Linux;
using Cofferdam.Model;
using Cofferdam.Registry;
using Cofferdam.Solver;
using Cofferdam.Storage;
using Cofferdam.Storage.Layers;

namespace Cofferdam.Engine;

/// <summary>The builder: everything below put together over one state directory.</summary>
public sealed class CofferEngine : IEngineInfo, IAsyncDisposable
{
    private readonly RegistryClient _registry;
    private readonly HttpClient _http;
    private readonly DeviceRegistry _devices;
    private readonly SecretHashes _secretHashes;
    private readonly CacheMounts _cacheMounts;
    private readonly BuildExplainer _explainer;
    private readonly Func<ImmutableArray<PruneOptions>> _collection;

    /// <summary>Puts the parts together; nothing is started.</summary>
    /// <param name="options">How it is to work.</param>
    /// <param name="storage">The state directory; stays the caller's.</param>
    /// <param name="sessions">The clients that are connected.</param>
    /// <param name="executor">Runs processes.</param>
    /// <param name="bridges">Answers the calls of frontends.</param>
    /// <param name="clock">The clock.</param>
    public CofferEngine(EngineOptions options, LocalStorage storage, ISessions sessions, Executor.IExecutor executor, FrontendBridges bridges, TimeProvider clock)
    {
        (Version, _collection) = (options.Version, options.Collection);
        _registry = new RegistryClient(options.Registry, clock);
        _http = CreateHttpClient();
        var database = storage.Database;
        var snapshotter = new RecordedSnapshotter(storage.Snapshots, database.Layers, clock);
        var uses = new LayerUses();
        var memory = new DatabaseKeyValues(database.Values);
        var origins = new DatabaseLayerOrigins(database.LayerBlobs);
        var layerWriter = new LayerWriter(snapshotter, storage.Content, Environment.ProcessorCount);
        var content = new LayerContentStore(storage.Content, database.LayerBlobs, snapshotter, layerWriter);
        var provider = new LayerProvider(_registry, content, snapshotter, layerWriter, origins, sessions);
        var images = new ImageServices(new ImageResolver(content, new DatabaseImageStore(database.Images)), _registry, origins, uses);
        var hash = new ContentHash(snapshotter);
        var seal = new SealGate(clock);
        (_devices, _secretHashes) = (new DeviceRegistry(options.Devices), new SecretHashes(memory));
        _cacheMounts = new CacheMounts(storage, snapshotter, clock);
        var exec = new ExecServices(executor, snapshotter, uses, provider, hash, _cacheMounts, seal, _devices, _secretHashes);
        var blobs = new DatabaseLayerBlobs(database, content);
        var blobWriter = new LayerBlobWriter(layerWriter, layerWriter, blobs, provider);
        var pusher = new ImagePusher(_registry, content, origins);
        var export = new ImageExportServices(new ImageAssembler(content, blobWriter, blobs, clock), content, database.Images, provider, pusher);
        var cache = new ImportedCacheStore(new SqliteCacheStore(database.Cache));
        var sources = new SourceServices(snapshotter, content, uses, memory, _http, storage.Directory.Root, hash, clock, images);
        _explainer = new BuildExplainer(memory, clock);
        var services = new EngineServices
        {
            Solver = new BuildSolver(cache, new SnapshotResultStore(provider, uses), options.MaxParallelism is { } most ? new SolverOptions { MaxParallelism = most } : new SolverOptions(), clock),
            Operations = new OperationFactory(new OperationServices(
                images,
                new LocalDirectories(snapshotter, uses, memory),
                sources,
                uses,
                (op, metadata, policy) => new ExecOperation(op, metadata, policy, exec),
                op => new FileOperation(op.File, op.Inputs.Count, new FileServices(snapshotter, uses, provider, hash)),
                op => new BuildOperation(op.Build, snapshotter, provider))),
            Frontend = new DockerfileFrontend(),
            Explainer = _explainer,
            Frontends = new FrontendServices(options.Frontends, executor, exec, bridges, this, Path.Combine(storage.Directory.RunPath, "frontends")),
            Snapshotter = snapshotter,
            Layers = provider,
            Uses = uses,
            Sources = new SourceLookup(sources),
            Sessions = sessions,
            Images = job => LookUp(images, job),
            Exporters = new ExporterFactory(export, new TreeExportServices(snapshotter, provider)).Create,
            CacheImporter = new CacheImporter(images, cache, new CacheStorageFactory(_http, clock, Environment.GetEnvironmentVariable), provider.Storages),
            CacheExporter = new CacheExporter(content, blobWriter, blobs, provider, pusher),
            Platforms = [Platform.Host],
            AllowedEntitlements = options.AllowedEntitlements,
            Devices = _devices,
            Seal = new ResultSeal(seal, snapshotter),
            Failures = new FailureText(storage.Directory.Root),
            UnaskedSeal = Enum.Parse<SealMode>(options.UnaskedSeal, ignoreCase: true),
            Clock = clock,
        };
        WorkerId = WorkerIdentity.Of(storage.Directory.Root);
        Labels = Describe(snapshotter.Name, executor.Name);
        Builds = new BuildEngine(services);
        Catalog = new ImageCatalog(database.Images, content, Platform.Host);
        Store = new ImageStoreServices(Catalog, content, database.Images, images, provider, export, sessions);
        Uses = uses;
        Containers = new ContainerRunner(executor, snapshotter, provider, uses, Catalog, new ImageSnapshots(snapshotter, database, origins), sessions);
    }

    /// <summary>Begins builds.</summary>
    public IBuildEngine Builds { get; }

    /// <summary>The images that are kept.</summary>
    public ImageCatalog Catalog { get; }

    /// <summary>Pulls, pushes, saves and loads images.</summary>
    public ImageStoreServices Store { get; }

    /// <summary>Runs containers of images.</summary>
    public ContainerRunner Containers { get; }

    /// <summary>Which layers are in use.</summary>
    public LayerUses Uses { get; }

    /// <summary>Why the steps of a build of before ran; of the last one where none is named. Null when it is not known.</summary>
    public ValueTask<ExplainedBuild?> ExplainAsync(string reference, CancellationToken cancellationToken) => _explainer.FindAsync(reference, cancellationToken);

    /// <summary>The directories that steps keep between builds.</summary>
    public ICacheMounts CacheMounts => _cacheMounts;

    /// <inheritdoc/>
    public string WorkerId { get; }

    /// <inheritdoc/>
    public string Version { get; }

    /// <inheritdoc/>
    public ImmutableArray<Platform> Platforms => HostPlatforms.Find();

    /// <inheritdoc/>
    public ImmutableDictionary<string, string> Labels { get; }

    /// <inheritdoc/>
    public IReadOnlyList<HostDevice> Devices => _devices.List(skipsDamaged: true);

    /// <inheritdoc/>
    public ImmutableArray<PruneOptions> Collection => _collection();

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        _registry.Dispose();
        _http.Dispose();
        _secretHashes.Dispose();
        return ValueTask.CompletedTask;
    }

    private static ImmutableDictionary<string, string> Describe(string snapshotter, string runtime) => new Dictionary<string, string>
    {
        ["org.mobyproject.buildkit.worker.executor"] = "oci",
        ["org.mobyproject.buildkit.worker.snapshotter"] = snapshotter,
        ["org.mobyproject.buildkit.worker.hostname"] = Environment.MachineName,
        ["org.mobyproject.buildkit.worker.network"] = "host",
        ["org.mobyproject.buildkit.worker.oci.process-mode"] = "sandbox",
        ["org.cofferdam.worker.runtime"] = runtime,
    }.ToImmutableDictionary();

    // What a server says is passed on as it is; where it sends elsewhere is followed by who asks.
    private static HttpClient CreateHttpClient() =>
        new(new SocketsHttpHandler { AutomaticDecompression = System.Net.DecompressionMethods.None, AllowAutoRedirect = false, UseCookies = false }) { Timeout = Timeout.InfiniteTimeSpan };

    private static ImageLookup LookUp(ImageServices images, BuildJob job) => async (reference, platform, resolveMode, layout, _, cancellationToken) =>
    {
        var source = await images.GetSourceAsync([job], layout?.StoreId, layout?.SessionId is { Length: > 0 } session ? session : null, cancellationToken);
        var located = await images.Resolver.ResolveAsync(reference, platform, resolveMode, source, cancellationToken);
        return new ResolvedImage(reference, located.Root.Digest, located.ConfigBytes);
    };
}
