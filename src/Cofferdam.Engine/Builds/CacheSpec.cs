using System.Collections.Immutable;

namespace Cofferdam.Engine;

/// <summary>A cache to import or export.</summary>
/// <param name="Type"><c>registry</c>, <c>local</c>, <c>inline</c> …</param>
/// <param name="Attributes">Its attributes.</param>
public sealed record CacheSpec(string Type, ImmutableDictionary<string, string> Attributes);
