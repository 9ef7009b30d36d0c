using Cofferdam.Model;

namespace Cofferdam.Solver;

/// <summary>A result that was computed once.</summary>
/// <param name="ResultId">By which <see cref="IResultStore"/> has it.</param>
/// <param name="Identity">The content identity under which vertices above know this output: equal identities are interchangeable inputs.</param>
/// <param name="Created">When it was computed.</param>
public sealed record CacheRecord(string ResultId, Digest Identity, DateTimeOffset Created)
{
    /// <summary>The cache it was imported from, for people; null when it is this solver's own. Not kept with it.</summary>
    public string? Origin { get; init; }
}
