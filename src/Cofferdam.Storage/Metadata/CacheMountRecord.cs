namespace Cofferdam.Storage;

/// <summary>A cache mount's directory.</summary>
/// <param name="Id">What it is known by. A cache's id may have several directories: private copies, and those that began with other content.</param>
/// <param name="Directory">Its directory, relative to <see cref="StateDirectory.CacheMountsPath"/>.</param>
public sealed record CacheMountRecord(string Id, string Directory)
{
    /// <summary>How it was shared last: <c>shared</c>, <c>private</c> or <c>locked</c>.</summary>
    public string Sharing { get; init; } = "shared";

    /// <summary>What it is for, for people.</summary>
    public string Description { get; init; } = string.Empty;

    /// <summary>Its bytes on disk when it was used last; null while they were never counted.</summary>
    public long? Size { get; init; }

    /// <summary>When it was made.</summary>
    public DateTimeOffset Created { get; init; }

    /// <summary>When it was used last.</summary>
    public DateTimeOffset LastUsed { get; init; }

    /// <summary>How often it was used.</summary>
    public long UsageCount { get; init; }
}
