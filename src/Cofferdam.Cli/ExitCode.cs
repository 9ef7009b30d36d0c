namespace Cofferdam.Cli;

/// <summary>How a command ended. <c>run</c> passes other values on from the process it ran.</summary>
internal enum ExitCode
{
    /// <summary>All was done.</summary>
    Success = 0,

    /// <summary>Something failed; a message said what.</summary>
    Failure = 1,

    /// <summary>The command line was not understood.</summary>
    Usage = 2,

    /// <summary>The user stopped it (128 + SIGINT).</summary>
    Interrupted = 130,
}
