using Cofferdam.Linux;

namespace Cofferdam.Engine;

/// <summary>How a directory is received.</summary>
public sealed record ReceiverOptions
{
    /// <summary>Whether owners are set as they are sent; else everything belongs to the one who receives.</summary>
    public bool KeepOwners { get; init; }

    /// <summary>Whether everything is fetched, also what looks the same (differ <c>none</c>).</summary>
    public bool AlwaysFetch { get; init; }

    /// <summary>Where the sender's files are, when they can be read here: their contents are then not asked for. Stays the caller's.</summary>
    public RootedDirectory? Contents { get; init; }

    /// <summary>Told of each regular file received, with the SHA-256 of its <see cref="FileHeader"/> and data, by any thread; may be null.</summary>
    public Action<FileStat, byte[]>? Received { get; init; }

    /// <summary>Told the bytes received so far, and once whether it is done; may be null.</summary>
    public Action<long, bool>? Progress { get; init; }
}
