namespace Cofferdam.Dockerfile;

/// <summary>A <c>RUN --mount</c>, its variables replaced.</summary>
internal sealed record RunMount
{
    public MountKind Kind { get; init; }

    public string From { get; init; } = string.Empty;

    public string Source { get; init; } = string.Empty;

    public string Target { get; init; } = string.Empty;

    /// <summary>Null where it is not said: then it goes by the type.</summary>
    public bool? ReadOnlyFlag { get; init; }

    public long Size { get; init; }

    public string Id { get; init; } = string.Empty;

    public CacheSharingOpt? Sharing { get; init; }

    public bool IsRequired { get; init; }

    /// <summary>The variable a secret is put in; null where it is put in a file.</summary>
    public string? Variable { get; init; }

    public uint? Mode { get; init; }

    public uint? Uid { get; init; }

    public uint? Gid { get; init; }

    public bool IsReadOnly => ReadOnlyFlag ?? Kind is not (MountKind.Cache or MountKind.Tmpfs);

    public bool HasOwnership => Mode is not null || Uid is not null || Gid is not null;
}
