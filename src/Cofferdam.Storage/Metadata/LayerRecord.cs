using Cofferdam.Model;

namespace Cofferdam.Storage;

/// <summary>What is known of a layer, whatever lies below it.</summary>
/// <param name="Layer">Its name.</param>
public sealed record LayerRecord(LayerId Layer)
{
    /// <summary>The digest of its uncompressed tar; null while it was never made.</summary>
    public Digest? DiffId { get; init; }

    /// <summary>When it was made.</summary>
    public DateTimeOffset Created { get; init; }

    /// <summary>When it was used last.</summary>
    public DateTimeOffset LastUsed { get; init; }

    /// <summary>How often it was used.</summary>
    public long UsageCount { get; init; }

    /// <summary>Its bytes on disk; null while they were never counted.</summary>
    public long? Size { get; init; }

    /// <summary>What made it, for people.</summary>
    public string Description { get; init; } = string.Empty;

    /// <summary>What it is from.</summary>
    public LayerRecordType Type { get; init; }

    /// <summary>Whether it still changes.</summary>
    public bool Mutable { get; init; }
}
