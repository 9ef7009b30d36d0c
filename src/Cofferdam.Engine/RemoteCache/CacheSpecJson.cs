namespace Cofferdam.Engine;

/// <summary>An entry of <c>cache-imports</c>; member names are as clients write them.</summary>
internal sealed record CacheSpecJson(string? Type, Dictionary<string, string>? Attrs);
