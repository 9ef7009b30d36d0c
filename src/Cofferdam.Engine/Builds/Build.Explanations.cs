using Cofferdam.Model;
using Cofferdam.Solver;

namespace Cofferdam.Engine;

// Why its steps ran.
internal sealed partial class Build
{
    private readonly List<Vertex> _targets = []; // of what was solved; guards itself

    // Clients' probes are of no interest, nor is a build that solved nothing.
    private async Task ExplainAsync()
    {
        Vertex[] targets;
        lock (_targets)
        {
            targets = [.. _targets];
        }

        if (_request.IsInternal || targets.Length == 0)
        {
            return;
        }

        try
        {
            await _services.Explainer.ExplainAsync(Ref, Project(), Order(targets), _solver.Explanations, _job.Changes, _job.SecretKeys.Known, CancellationToken.None);
        }
        catch (CofferdamException)
        {
            // A disk that is full, say: the build itself was told.
        }
    }

    // What is built, as far as the client says.
    private string Project() =>
        string.Join('\n', ((string[])["context", "filename", "target"]).Select(name => _request.FrontendAttributes.GetValueOrDefault(name, string.Empty)).Prepend(_job.SharedKey));

    private static List<Vertex> Order(Vertex[] targets)
    {
        var seen = new HashSet<Digest>();
        var ordered = new List<Vertex>();
        var pending = new Stack<(Vertex Vertex, bool IsExpanded)>(targets.Reverse().Select(target => (target, false)));
        while (pending.TryPop(out var next))
        {
            if (next.IsExpanded)
            {
                ordered.Add(next.Vertex);
            }
            else if (seen.Add(next.Vertex.Digest))
            {
                pending.Push((next.Vertex, true));
                foreach (var input in next.Vertex.Inputs.Reverse())
                {
                    pending.Push((input.Vertex, false));
                }
            }
        }

        return ordered;
    }
}
