using Cofferdam.Registry;

namespace Cofferdam.Cli.Session;

/// <summary>What a session offers to the daemon.</summary>
internal sealed record SessionOptions
{
    /// <summary>A name that stays the same for builds of the same directory.</summary>
    public string SharedKey { get; init; } = string.Empty;

    /// <summary>Directories by the names that the daemon asks for them.</summary>
    public IReadOnlyDictionary<string, string> Directories { get; init; } = new Dictionary<string, string>();

    /// <summary>The secrets.</summary>
    public IReadOnlyList<SessionSecret> Secrets { get; init; } = [];

    /// <summary>The ssh agents.</summary>
    public IReadOnlyList<SessionAgent> Agents { get; init; } = [];

    /// <summary>OCI layout directories by store id: <c>oci:NAME</c> and <c>local:DIR</c> to read, <c>export</c> to write.</summary>
    public IReadOnlyDictionary<string, string> ContentStores { get; init; } = new Dictionary<string, string>();

    /// <summary>Streams that the daemon fetches as <c>http://buildkit-session/ID</c>, by id; each once.</summary>
    public IReadOnlyDictionary<string, Stream> Uploads { get; init; } = new Dictionary<string, Stream>();

    /// <summary>Where results go, by the place of their exporter in the request.</summary>
    public IReadOnlyDictionary<int, SessionTarget> Targets { get; init; } = new Dictionary<int, SessionTarget>();

    /// <summary>Standard output, which is not closed when a result went there.</summary>
    public Stream? StandardOutput { get; init; }

    /// <summary>The user's registry logins; null offers none.</summary>
    public IRegistryCredentials? Credentials { get; init; }
}
