using Cofferdam.Linux;

namespace Cofferdam.Storage.Layers;

/// <summary>How a tree becomes a tar.</summary>
internal sealed record TreeArchiveOptions
{
    /// <summary>Whether overlayfs's marks become OCI whiteouts.</summary>
    internal bool IsLayer { get; init; }

    /// <summary>Times later than this one are set to it.</summary>
    internal FileTime? LatestTime { get; init; }

    /// <summary>The layers of the tree, where it has several.</summary>
    internal LayerHolders? Layers { get; init; }

    /// <summary>Where the tree begins in its layers: empty, or ends with a slash.</summary>
    internal string Place { get; init; } = "";

    /// <summary>Sees what is written.</summary>
    internal ITarObserver? Observer { get; init; }

    /// <summary>Put before every name; empty, or ends with a slash.</summary>
    internal string Prefix { get; init; } = "";
}
