using System.Collections.Immutable;
using System.Text.Json;
using Cofferdam.Model;
using Cofferdam.Solver;
using Cofferdam.Storage;

namespace Cofferdam.Engine;

/// <summary>Makes caches from elsewhere known to the solver. No layer is fetched: a step that needs one does.</summary>
internal sealed class CacheImporter(ImageServices images, ImportedCacheStore store, CacheStorageFactory storages, CacheStorages open)
{
    /// <summary>Makes the services that caches are kept in.</summary>
    public CacheStorageFactory Storages => storages;

    /// <summary>What a user sees while it is done.</summary>
    public static string Title(CacheSpec spec) => "importing cache manifest from " + NameOf(spec);

    private static string NameOf(CacheSpec spec) => spec.Type switch
    {
        "local" => spec.Attributes.GetValueOrDefault("src"),
        "s3" => "s3:" + spec.Attributes.GetValueOrDefault("bucket"),
        "gha" => "gha:" + spec.Attributes.GetValueOrDefault("scope", "buildkit"),
        _ => spec.Attributes.GetValueOrDefault("ref"),
    } ?? string.Empty;

    /// <summary>Throws where a cache of the type can't be imported.</summary>
    public void Check(CacheSpec spec)
    {
        if (spec.Type is not ("registry" or "local" or "inline" or "s3" or "gha"))
        {
            throw new UnsupportedException($"importing cache of type {Quote.Text(spec.Type)} is not supported yet") { Hint = "there are registry, local, s3 and gha; the daemon's own cache is used anyway" };
        }

        storages.Create(spec);
    }

    /// <summary>Reads a cache; its records are found until what is returned is disposed.</summary>
    public async Task<IDisposable> ImportAsync(CacheSpec spec, BuildJob job, CancellationToken cancellationToken)
    {
        if (storages.Create(spec) is { } storage)
        {
            return await ImportAsync(storage, spec, cancellationToken);
        }

        var (source, reference) = await FindAsync(spec, job, cancellationToken);
        var records = new List<(IReadOnlyCollection<Digest> Keys, CacheRecord Record)>();
        try
        {
            foreach (var cache in await new CacheReader(source).ReadAsync(reference, cancellationToken))
            {
                records.AddRange(CacheImport.Read(await ConvertAsync(cache, cancellationToken), NameOf(spec)));
            }
        }
        catch (JsonException error)
        {
            throw new InvalidInputException($"cache {Quote.Text(reference.Familiar)} cannot be read: {error.Message}", error);
        }

        return store.Import(records);
    }

    // What lies there can be fetched as long as the records are known.
    private async Task<IDisposable> ImportAsync(ICacheStorage storage, CacheSpec spec, CancellationToken cancellationToken)
    {
        var records = new List<(IReadOnlyCollection<Digest> Keys, CacheRecord Record)>();
        var opened = open.Open(storage);
        try
        {
            foreach (var config in await storage.ReadConfigsAsync(cancellationToken))
            {
                records.AddRange(CacheImport.Read(await ConvertAsync(CacheConfigReader.Parse(config, storage.Origin), cancellationToken), NameOf(spec)));
            }

            return new ImportedCache(store.Import(records), opened);
        }
        catch (Exception error)
        {
            opened.Dispose();
            if (error is JsonException)
            {
                throw new InvalidInputException($"cache of type {Quote.Text(spec.Type)} cannot be read: {error.Message}", error);
            }

            throw;
        }
    }

    private async Task<(IImageSource Source, ImageReference Reference)> FindAsync(CacheSpec spec, BuildJob job, CancellationToken cancellationToken)
    {
        if (spec.Type != "local")
        {
            var name = spec.Attributes.GetValueOrDefault("ref") ?? throw new InvalidInputException($"cache of type {Quote.Text(spec.Type)} has no ref") { Hint = "write it as type=registry,ref=NAME" };
            return (await images.GetSourceAsync([job], null, null, cancellationToken), ImageReference.Parse(name).WithDefaultTag());
        }

        var directory = spec.Attributes.GetValueOrDefault("src") ?? throw new InvalidInputException("cache of type \"local\" has no src") { Hint = "write it as type=local,src=DIRECTORY" };
        var digest = Digest.Parse(spec.Attributes.GetValueOrDefault("digest") ?? throw new InvalidInputException("local cache importer requires explicit digest"));
        return (await images.GetSourceAsync([job], "local:" + directory, null, cancellationToken), ImageReference.Parse("local/cache").WithDigest(digest));
    }

    private async Task<IReadOnlyList<ExportedRecord>> ConvertAsync(FoundCache cache, CancellationToken cancellationToken)
    {
        var layers = cache.Config.Layers ?? [];
        var origins = new Dictionary<LayerId, LayerOrigin>();
        var records = (cache.Config.Records ?? []).Select(record => new ExportedRecord(record.Digest, [.. (record.Inputs ?? []).Select(input => input.Select(way => new ExportedInput(way.Link, way.Selector is { Length: > 0 } selector ? Digest.Parse(selector) : null)).ToImmutableArray())])
        {
            ResultId = ResultOf(record, layers, cache, origins),
            Created = record.Results is [var result, ..] ? result.CreatedAt : record.Chains is [var chain, ..] ? chain.CreatedAt : default,
        }).ToList();
        await images.Origins.PutAsync(origins.Values, cancellationToken);
        return records;
    }

    private static string? ResultOf(CacheConfigRecord record, IReadOnlyList<CacheLayer> layers, FoundCache cache, Dictionary<LayerId, LayerOrigin> origins)
    {
        var places = record.Results is [var result, ..] ? Chain(layers, result.Layer) : record.Chains is [var chain, ..] ? chain.Layers : [];
        var snapshot = Snapshot.Scratch;
        ChainId? known = null;
        foreach (var place in places)
        {
            if (place < 0 || place >= layers.Count)
            {
                throw new InvalidInputException($"invalid cache: layer {place} is not there");
            }

            if (!cache.Layers.TryGetValue(layers[place].Blob, out var descriptor) || !Digest.TryParse(descriptor.Annotations?.GetValueOrDefault(CacheReader.DiffIdAnnotation), out var diffId))
            {
                return null; // The blob is not part of the cache.
            }

            known = known?.Append(diffId) ?? new ChainId(diffId);
            var origin = new LayerOrigin(LayerNames.Of(known.Value), descriptor.MediaType, descriptor.Digest, descriptor.Size, diffId, [cache.Origin]);
            origins[origin.Layer] = origin;
            snapshot = snapshot.Append(origin.Layer);
        }

        return snapshot.Layers.IsEmpty ? null : SnapshotResult.IdOf(snapshot);
    }

    // The layer with all below it, lowest first.
    private static List<int> Chain(IReadOnlyList<CacheLayer> layers, int top)
    {
        var chain = new List<int>();
        for (var at = top; at >= 0 && at < layers.Count; at = layers[at].Parent)
        {
            chain.Add(at);
            if (chain.Count > layers.Count)
            {
                throw new InvalidInputException("invalid cache: its layers lie in a circle");
            }
        }

        chain.Reverse();
        return chain;
    }
}
