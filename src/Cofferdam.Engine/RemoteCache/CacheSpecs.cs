using System.Collections.Immutable;
using System.Text.Json;

namespace Cofferdam.Engine;

/// <summary>Caches to import as a frontend's options name them.</summary>
internal static class CacheSpecs
{
    /// <summary>Reads <c>cache-imports</c>, a JSON list, and <c>cache-from</c>, names in registries.</summary>
    public static IEnumerable<CacheSpec> Read(IReadOnlyDictionary<string, string> options)
    {
        foreach (var name in options.GetValueOrDefault("cache-from")?.Split(',', StringSplitOptions.RemoveEmptyEntries) ?? [])
        {
            yield return new CacheSpec("registry", ImmutableDictionary<string, string>.Empty.Add("ref", name));
        }

        if (options.GetValueOrDefault("cache-imports") is not { Length: > 0 } json)
        {
            yield break;
        }

        foreach (var entry in JsonSerializer.Deserialize(json, CacheJsonContext.Default.ListCacheSpecJson) ?? [])
        {
            yield return new CacheSpec(entry.Type ?? string.Empty, (entry.Attrs ?? []).ToImmutableDictionary());
        }
    }
}
