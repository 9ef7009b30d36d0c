namespace Cofferdam.Solver;

/// <summary>How the solver works.</summary>
public sealed record SolverOptions
{
    /// <summary>How many operations run at once. Many wait for the network or sleep: far more than there are processors.</summary>
    public int MaxParallelism { get; init; } = Math.Max(16, 4 * Environment.ProcessorCount);
}
