using Cofferdam.Engine;
using Cofferdam.Model;
using Cofferdam.Solver;

namespace Cofferdam.Daemon;

/// <summary>How many steps a build had.</summary>
/// <param name="Total">All of them.</param>
/// <param name="Cached">Those whose result was there before.</param>
/// <param name="Completed">Those that came to an end.</param>
/// <param name="Warnings">What the build warned of.</param>
internal sealed record StepCounts(int Total, int Cached, int Completed, int Warnings)
{
    /// <summary>Counts the steps of a build that has been disposed.</summary>
    public static async Task<StepCounts> OfAsync(IBuild build)
    {
        var steps = new Dictionary<Digest, (bool IsCached, bool IsCompleted)>();
        var warnings = 0;
        await foreach (var progressEvent in build.WatchAsync(CancellationToken.None))
        {
            switch (progressEvent)
            {
                case ProgressEvent.VertexChanged vertex:
                    var known = steps.GetValueOrDefault(vertex.Vertex);
                    steps[vertex.Vertex] = (known.IsCached || vertex.IsCached, known.IsCompleted || vertex.Completed is not null);
                    break;
                case ProgressEvent.Warned:
                    warnings++;
                    break;
            }
        }

        return new StepCounts(steps.Count, steps.Values.Count(step => step.IsCached), steps.Values.Count(step => step.IsCompleted), warnings);
    }
}
