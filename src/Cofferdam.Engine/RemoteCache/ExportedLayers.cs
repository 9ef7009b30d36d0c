using System.Collections.Immutable;
using Cofferdam.Model;
using Cofferdam.Storage;

namespace Cofferdam.Engine;

/// <summary>The layers of a cache that is exported. Some may not be here: they are fetched when the other side lacks them.</summary>
/// <param name="content">The blobs that are here.</param>
/// <param name="ensure">Fetches a blob of a file system's layers.</param>
internal sealed class ExportedLayers(IContentStore content, Func<Snapshot, Digest, CancellationToken, ValueTask> ensure)
{
    private readonly Dictionary<Digest, (Snapshot Snapshot, DateTimeOffset Created, Digest DiffId)> _places = [];

    /// <summary>The blobs of each result, lowest first.</summary>
    public Dictionary<string, ImmutableArray<Digest>> Chains { get; } = new(StringComparer.Ordinal);

    /// <summary>The blobs.</summary>
    public Dictionary<Digest, Descriptor> Descriptors { get; } = [];

    /// <summary>Adds a layer.</summary>
    public void Add(Snapshot snapshot, LayerBlob blob, string mediaType, DateTimeOffset? created)
    {
        Descriptors[blob.Blob] = new Descriptor
        {
            MediaType = mediaType,
            Digest = blob.Blob,
            Size = blob.Size,
            Annotations = new Dictionary<string, string> { [CacheReader.DiffIdAnnotation] = blob.DiffId.ToString() },
        };
        _places[blob.Blob] = (snapshot, created ?? DateTimeOffset.MinValue, blob.DiffId);
    }

    /// <summary>What a layer is, for a config without a manifest.</summary>
    public CacheLayerAnnotations Annotate(Digest blob) => new(Descriptors[blob].MediaType, _places[blob].DiffId, Descriptors[blob].Size, _places[blob].Created);

    /// <summary>Fetches a blob that is not here. What is no layer always is.</summary>
    public async ValueTask FetchAsync(Digest blob, CancellationToken cancellationToken)
    {
        if (_places.TryGetValue(blob, out var place) && await content.FindAsync(blob, cancellationToken) is null)
        {
            await ensure(place.Snapshot, blob, cancellationToken);
        }
    }

    /// <summary>A blob that is here.</summary>
    public CacheBlob Open(Digest blob) => new(blob, Descriptors[blob].Size, token => content.OpenReadAsync(blob, token));
}
