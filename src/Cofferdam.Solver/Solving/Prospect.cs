namespace Cofferdam.Solver;

/// <summary>What looking at a vertex tells.</summary>
internal enum Prospect
{
    /// <summary>Its keys are known.</summary>
    Known,

    /// <summary>The operation has to be asked for its key.</summary>
    Asks,

    /// <summary>Some of its inputs are not known yet.</summary>
    Waits,

    /// <summary>It, or something that it reads, is sure to run.</summary>
    Runs,
}
