namespace Cofferdam.Solver;

/// <summary>What all vertices of a solver share.</summary>
/// <param name="Cache">Maps keys to records.</param>
/// <param name="Results">Brings recorded results back.</param>
/// <param name="Slots">One for each operation that may run at once.</param>
/// <param name="Clock">The clock.</param>
internal sealed record SolverEnvironment(ICacheStore Cache, IResultStore Results, Slots Slots, TimeProvider Clock)
{
    /// <summary>Lets one of the vertices with the same key run.</summary>
    public Turns Turns { get; } = new();

    /// <summary>How long vertices take.</summary>
    public RunTimes Times { get; } = new();

    /// <summary>At which vertex each error arose.</summary>
    public FailureOrigins Failures { get; } = new();
}
