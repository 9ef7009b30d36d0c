using Cofferdam.Model;
using Cofferdam.Protocol.Llb;

namespace Cofferdam.Engine;

/// <summary>Tells a build's client of a step that failed: which one, the lines it comes from, what to do.</summary>
internal sealed class StepFailures(EngineServices services, BuildJob job)
{
    /// <summary>The error for the client.</summary>
    /// <param name="error">What went wrong.</param>
    /// <param name="vertex">Where.</param>
    /// <param name="definition">The graph that was solved.</param>
    /// <param name="cancellationToken">Stops looking for more to tell.</param>
    public async Task<StepFailedException> DescribeAsync(Exception error, Digest vertex, Definition definition, CancellationToken cancellationToken)
    {
        if (error is StepFailedException known)
        {
            return known;
        }

        var cause = services.Failures.Describe(error);
        var hint = cause is NotFoundException missing
            ? await new MissingSource(job).ExplainAsync(missing, definition, vertex, cancellationToken) ?? cause.Hint
            : cause.Hint;
        return new StepFailedException(vertex, cause) { Hint = hint, Location = cause.Location ?? StepLocations.Find(definition, vertex) };
    }
}
