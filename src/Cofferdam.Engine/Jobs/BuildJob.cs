using System.Collections.Immutable;
using Cofferdam.Model;
using Cofferdam.Solver;
using Definition = Cofferdam.Protocol.Llb.Definition;

namespace Cofferdam.Engine;

/// <summary>One build: its name, its client's session and what it may do.</summary>
public sealed class BuildJob(string buildId, string sessionId, ISessions sessions, ImmutableHashSet<string> entitlements) : IJobContext
{
    /// <inheritdoc/>
    public string BuildId { get; } = buildId;

    /// <summary>The id of the client's session; empty when it has none.</summary>
    public string SessionId { get; } = sessionId;

    /// <summary>What the build was granted, for example <c>network.host</c>.</summary>
    public ImmutableHashSet<string> Entitlements { get; } = entitlements;

    /// <summary>What the build wants done when a secret would leave it.</summary>
    internal SealPolicy Seal { get; init; } = SealPolicy.Default;

    /// <summary>The values of the secrets that its steps were given so far.</summary>
    internal BuildSecrets Secrets { get; } = new();

    /// <summary>Which secrets are part of the keys of steps.</summary>
    internal SecretCaching Caching { get; init; } = SecretCaching.None;

    /// <summary>What they are in those keys.</summary>
    internal SecretKeys SecretKeys { get; } = new();

    /// <summary>What the client calls the directory that it builds; empty until its files were asked for.</summary>
    internal string SharedKey { get; set; } = string.Empty;

    /// <summary>What differed in the client's directories from the transfers before, by vertex.</summary>
    internal System.Collections.Concurrent.ConcurrentDictionary<Digest, ChangedFiles> Changes { get; } = new();

    /// <summary>Solves a graph that an operation of this build made; the result is the caller's.</summary>
    internal Func<Definition, CancellationToken, Task<SnapshotResult>>? SolveNestedAsync { get; set; }

    /// <summary>The session of that id, or the build's own when it is empty; throws when the client is not there.</summary>
    public async ValueTask<IClientSession> GetSessionAsync(string? id, CancellationToken cancellationToken)
    {
        var wanted = string.IsNullOrEmpty(id) ? SessionId : id;
        var session = wanted.Length == 0 ? null : await sessions.FindAsync(wanted, cancellationToken);
        return session ?? throw new CofferdamException(ErrorCode.SessionMissing, $"no active session for {Quote.Text(wanted)}: the client has gone or never connected");
    }
}
