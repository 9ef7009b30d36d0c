using Cofferdam.Model;

namespace Cofferdam.Storage;

/// <summary>A record of the build cache.</summary>
/// <param name="ResultId">The result.</param>
/// <param name="Identity">The result's content identity.</param>
/// <param name="Created">When it was computed.</param>
public sealed record CacheEntry(string ResultId, Digest Identity, DateTimeOffset Created);
