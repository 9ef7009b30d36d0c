using System.Collections.Concurrent;
using Cofferdam.Model;
using Cofferdam.Secrets;

namespace Cofferdam.Engine;

/// <summary>What a build's secrets add to the keys of steps. Thread-safe.</summary>
internal sealed class SecretKeys : IDisposable
{
    private const string Absent = "none";

    private readonly SemaphoreSlim _gate = new(1); // one asks the client at a time, so that each value is asked for once
    private readonly ConcurrentDictionary<string, string> _known = new(StringComparer.Ordinal);

    /// <summary>What is known so far, by the secrets' ids: hashes, and texts that were given.</summary>
    public IReadOnlyDictionary<string, string> Known => _known;

    /// <summary>What the choices for a step's secrets add to its key.</summary>
    /// <param name="choices">The choices.</param>
    /// <param name="job">The build: its client is asked for values.</param>
    /// <param name="hashes">Makes hashes.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public async ValueTask<string> DescribeAsync(IReadOnlyCollection<KeyValuePair<string, string>> choices, BuildJob job, SecretHashes hashes, CancellationToken cancellationToken)
    {
        var parts = new List<string>();
        foreach (var (id, choice) in choices)
        {
            parts.Add($"{id}={(job.Caching.IsByValue(id) ? await FindAsync(id, job, hashes, cancellationToken) : _known.GetOrAdd(id, choice))}");
        }

        return "secrets " + string.Join('\n', parts);
    }

    /// <summary>Throws where a step was given another value than its key was made of: its record would be wrong.</summary>
    public async ValueTask CheckAsync(IEnumerable<SearchedSecret> given, SecretCaching caching, SecretHashes hashes, CancellationToken cancellationToken)
    {
        foreach (var secret in given.Where(secret => caching.IsByValue(secret.Id)))
        {
            if (_known.TryGetValue(secret.Id, out var known) && known != await hashes.HashAsync(secret.Value, cancellationToken))
            {
                throw new CofferdamException(ErrorCode.Conflict, $"secret {secret.Id}: it changed while the build ran")
                {
                    Hint = "build again; a source that gives another value each time can't be cached by value: leave cache=value away, or use cache=key:TEXT",
                };
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _gate.Dispose();

    private async ValueTask<string> FindAsync(string id, BuildJob job, SecretHashes hashes, CancellationToken cancellationToken)
    {
        if (_known.TryGetValue(id, out var known))
        {
            return known;
        }

        await _gate.WaitAsync(cancellationToken);
        try
        {
            if (!_known.TryGetValue(id, out known))
            {
                using var value = await new SessionSecrets([job]).GetAsync(id, cancellationToken);
                _known[id] = known = value is null ? Absent : await hashes.HashAsync(value, cancellationToken);
            }

            return known;
        }
        finally
        {
            _gate.Release();
        }
    }
}
