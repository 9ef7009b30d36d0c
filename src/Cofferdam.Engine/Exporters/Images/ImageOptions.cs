using System.Collections.Immutable;
using Cofferdam.Model;
using Cofferdam.Storage;

namespace Cofferdam.Engine;

/// <summary>How an image is made of a result: the attributes that BuildKit's image, oci and docker exporters share.</summary>
internal sealed record ImageOptions
{
    /// <summary>The names, whole; may be empty.</summary>
    public ImmutableArray<string> Names { get; init; } = [];

    /// <summary>Whether OCI media types are used (default since BuildKit 0.31), else Docker's.</summary>
    public bool UseOciTypes { get; init; } = true;

    /// <summary>How new layers are compressed.</summary>
    public Compression Compression { get; init; } = Compression.Gzip;

    /// <summary>Whether new layers are only measured and stay in the snapshotter: for an image that stays here and of which nobody wants a certain compression.</summary>
    /// <remarks>As Docker Engine's image store: a push compresses.</remarks>
    public bool LeavesLayersUnpacked { get; init; }

    /// <summary>The level; null is the default.</summary>
    public int? CompressionLevel { get; init; }

    /// <summary>Whether layers of other compression, the base's too, are made anew.</summary>
    public bool ForceCompression { get; init; }

    /// <summary>Times of the image are not later than this (SOURCE_DATE_EPOCH); null leaves them.</summary>
    public DateTimeOffset? Epoch { get; init; }

    /// <summary>Whether times in layers are clamped too.</summary>
    public bool RewriteTimestamps { get; init; }

    /// <summary>Annotations of the manifests.</summary>
    public ImmutableSortedDictionary<string, string> ManifestAnnotations { get; init; } = ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>Annotations of the manifests' descriptors in the index.</summary>
    public ImmutableSortedDictionary<string, string> ManifestDescriptorAnnotations { get; init; } = ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>Annotations of the index.</summary>
    public ImmutableSortedDictionary<string, string> IndexAnnotations { get; init; } = ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>Annotations of the index's descriptor where it is named.</summary>
    public ImmutableSortedDictionary<string, string> IndexDescriptorAnnotations { get; init; } = ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>Whether an image is also pushed to its registry.</summary>
    public bool Push { get; init; }

    /// <summary>Whether it is pushed by its digest only.</summary>
    public bool PushByDigest { get; init; }

    /// <summary>Whether it is put into the image store.</summary>
    public bool Store { get; init; } = true;

    /// <summary>Annotations of the manifests of single platforms and of their descriptors.</summary>
    public ImmutableArray<PlatformAnnotation> PlatformAnnotations { get; init; } = [];

    /// <summary>The options for one platform's manifest.</summary>
    public ImageOptions For(Platform platform)
    {
        var mine = PlatformAnnotations.Where(annotation => annotation.Platform.ToString() == platform.ToString()).ToLookup(annotation => annotation.IsDescriptor, annotation => KeyValuePair.Create(annotation.Key, annotation.Value));
        return this with { ManifestAnnotations = ManifestAnnotations.SetItems(mine[false]), ManifestDescriptorAnnotations = ManifestDescriptorAnnotations.SetItems(mine[true]) };
    }
}
