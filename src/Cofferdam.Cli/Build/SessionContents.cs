using Cofferdam.Cli.Session;

namespace Cofferdam.Cli.Build;

/// <summary>What the daemon may ask of this client during a build.</summary>
internal sealed record SessionContents
{
    /// <summary>Directories by the names the daemon asks for them.</summary>
    public IReadOnlyDictionary<string, string> Directories { get; init; } = new Dictionary<string, string>();

    /// <summary>The secrets.</summary>
    public IReadOnlyList<SessionSecret> Secrets { get; init; } = [];

    /// <summary>The agents.</summary>
    public IReadOnlyList<SshFlag> Ssh { get; init; } = [];

    /// <summary>OCI layouts by the store ids the daemon asks for them.</summary>
    public IReadOnlyDictionary<string, string> OciLayouts { get; init; } = new Dictionary<string, string>();

    /// <summary>Directories of local caches by the names the daemon asks for them.</summary>
    public IReadOnlyDictionary<string, string> CacheDirectories { get; init; } = new Dictionary<string, string>();

    /// <summary>A stream that the daemon fetches as <c>http://buildkit-session/ID</c>, by id.</summary>
    public IReadOnlyDictionary<string, Stream> Uploads { get; init; } = new Dictionary<string, Stream>();

    /// <summary>Where results go, in the order of the exporters that make them; null for those that leave nothing here.</summary>
    public IReadOnlyList<SessionOutput?> Outputs { get; init; } = [];

    /// <summary>A name that stays the same for builds of the same directory, so that the daemon finds what it was sent before.</summary>
    public string SharedKey { get; init; } = string.Empty;
}
