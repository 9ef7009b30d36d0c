using System.Collections.Immutable;

namespace Cofferdam.Registry;

/// <summary>How one registry is reached: <c>[registry."host"]</c> of buildkitd.toml.</summary>
public sealed record RegistryHostOptions
{
    /// <summary>Registries asked before this one when pulling, as <c>host[:port][/path]</c>, in order.</summary>
    public ImmutableArray<string> Mirrors { get; init; } = [];

    /// <summary>Whether to speak plain HTTP; null is HTTPS, but for this machine itself.</summary>
    public bool? PlainHttp { get; init; }

    /// <summary>Whether any certificate is taken, and plain HTTP where the registry does not speak TLS.</summary>
    public bool Insecure { get; init; }

    /// <summary>Files of certificate authorities (PEM) trusted besides those of the system.</summary>
    public ImmutableArray<string> AuthorityFiles { get; init; } = [];

    /// <summary>Files of client certificates and their keys (PEM).</summary>
    public ImmutableArray<ClientKeyPair> KeyPairs { get; init; } = [];

    internal bool HasTls => Insecure || !AuthorityFiles.IsDefaultOrEmpty || !KeyPairs.IsDefaultOrEmpty;
}
