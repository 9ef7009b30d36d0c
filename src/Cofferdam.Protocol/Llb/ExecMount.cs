namespace Cofferdam.Protocol.Llb;

/// <summary>Something that a process sees at a path.</summary>
/// <param name="Target">The path.</param>
/// <param name="Source">What is seen; null is an empty directory.</param>
public sealed record ExecMount(string Target, LlbOutput? Source)
{
    /// <summary>The path inside of the source; empty is all of it.</summary>
    public string Selector { get; init; } = string.Empty;

    /// <summary>Whether it cannot be written to.</summary>
    public bool IsReadOnly { get; init; }

    /// <summary>Whether what is written is dropped.</summary>
    public bool HasNoOutput { get; init; }

    /// <summary>The cache directory's id, where it is one.</summary>
    public string? CacheId { get; init; }

    /// <summary>How several users of a cache directory share it.</summary>
    public CacheSharingOpt Sharing { get; init; }

    /// <summary>The size of a tmpfs, 0 for no limit; null where it is none.</summary>
    public long? TmpfsSize { get; init; }

    internal bool HasOutput => !HasNoOutput && !IsReadOnly && CacheId is null && TmpfsSize is null;
}
