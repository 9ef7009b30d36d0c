namespace Cofferdam.Solver;

/// <summary>How a vertex came to its result.</summary>
public enum VertexOutcome
{
    /// <summary>A record was found by the operation and its inputs' identities.</summary>
    HitByDefinition,

    /// <summary>A record was found by the content of the inputs.</summary>
    HitByContent,

    /// <summary>It ran: no record was found by any key.</summary>
    RanNoRecord,

    /// <summary>It ran: a record was found and its result can no longer be had.</summary>
    RanResultLost,

    /// <summary>It ran: the build asked not to use the cache for it.</summary>
    RanCacheIgnored,

    /// <summary>It ran: something that it reads was made afresh.</summary>
    RanInputFresh,

    /// <summary>It did not run: there is no record of it, and nothing that was asked for needed it.</summary>
    NotNeeded,
}
