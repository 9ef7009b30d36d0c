namespace Cofferdam.Engine;

/// <summary>What a step was.</summary>
public enum StepOutcome
{
    /// <summary>A record was found by what it does and what it reads.</summary>
    Cached,

    /// <summary>A record was found by the content of what it reads.</summary>
    CachedByContent,

    /// <summary>It ran.</summary>
    Ran,

    /// <summary>It did not run, as nothing needed it.</summary>
    NotNeeded,
}
