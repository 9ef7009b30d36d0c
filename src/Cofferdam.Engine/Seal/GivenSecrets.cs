using Cofferdam.Protocol.Llb;
using Cofferdam.Secrets;

namespace Cofferdam.Engine;

/// <summary>The secrets that steps of a build's graphs are given. Thread-safe.</summary>
internal sealed class GivenSecrets
{
    private readonly Lock _lock = new(); // guards _ids
    private readonly SortedSet<string> _ids = new(StringComparer.Ordinal);

    /// <summary>Notes the ids of a step of a graph.</summary>
    public void Add(Op op)
    {
        if (ExecOperation.IsGivenSecrets(op))
        {
            Add(ExecOperation.SecretsOf(op));
        }
    }

    /// <summary>Notes ids of what is no graph's.</summary>
    public void Add(IEnumerable<string> ids)
    {
        lock (_lock)
        {
            _ids.UnionWith(ids);
        }
    }

    /// <summary>Asks the client for those values that no step asked for because its result was in the cache: without them nothing could be said of what is exported.</summary>
    public async Task LearnAsync(BuildJob job, CancellationToken cancellationToken)
    {
        string[] unknown;
        lock (_lock)
        {
            unknown = [.. _ids.Where(id => !job.Secrets.Has(id))];
        }

        foreach (var id in unknown)
        {
            using var value = await new SessionSecrets([job]).GetAsync(id, cancellationToken);
            if (value is not null)
            {
                job.Secrets.Add([new SearchedSecret(id, value)]);
            }
        }
    }
}
