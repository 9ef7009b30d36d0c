namespace Cofferdam.Solver;

/// <summary>What a build brings along for its operations: its session, entitlements and limits. The solver passes it on and looks at nothing in it.</summary>
public interface IJobContext
{
    /// <summary>The name of the build.</summary>
    string BuildId { get; }
}
