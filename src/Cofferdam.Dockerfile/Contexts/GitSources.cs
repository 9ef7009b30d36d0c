using System.Collections.Concurrent;

namespace Cofferdam.Dockerfile;

/// <summary>The git repositories of a request. Those reached by ssh are tied to the key that their host shows when the graph is written, as BuildKit's client library does. Thread-safe.</summary>
internal sealed class GitSources(IFrontendHost host)
{
    private readonly ConcurrentDictionary<string, string?> _keys = new(StringComparer.Ordinal); // by host; null is not asked yet, or not known
    private readonly ConcurrentDictionary<string, Lazy<Task<string?>>> _questions = new(StringComparer.Ordinal);

    /// <summary>What fetching a repository gives.</summary>
    public LlbState Get(GitReference git, NodeOptions options)
    {
        if (!git.IsSsh)
        {
            return git.ToState(options, null);
        }

        _keys.TryAdd(git.Host, null);
        return LlbState.Scratch.WithNode(new DeferredNode(() => git.ToState(options, _keys[git.Host]).Output));
    }

    /// <summary>Asks the hosts of all repositories so far; goes before a graph with them is written.</summary>
    public async Task FindHostKeysAsync(CancellationToken cancellationToken) => await Task.WhenAll(_keys.Keys.Select(async name =>
        _keys[name] = await _questions.GetOrAdd(name, _ => new Lazy<Task<string?>>(() => host.FindHostKeyAsync(name, cancellationToken))).Value));
}
