using Cofferdam.Linux;

namespace Cofferdam.Storage.Layers;

/// <summary>How a tree becomes a tar.</summary>
internal sealed record TreeArchiveOptions
{
    /// <summary>Whether overlayfs's marks become OCI whiteouts.</summary>
    internal bool IsLayer { get; init; }

    /// <summary>Times later than this one are set to it.</summary>
    internal FileTime? LatestTime { get; init; }

    /// <summary>Sees what is written.</summary>
    internal ITarObserver? Observer { get; init; }

    /// <summary>Put before every name; empty, or ends with a slash.</summary>
    internal string Prefix { get; init; } = "";
}
