using System.Text.Json;

namespace Cofferdam.Engine;

/// <summary>Keeps credentials of caches out of what is remembered of a build.</summary>
public static class CacheSecrets
{
    /// <summary>An option of a frontend without credentials: clients repeat the caches to import there.</summary>
    /// <param name="key">The option's name.</param>
    /// <param name="value">Its value.</param>
    public static string Hide(string key, string value)
    {
        if (key != "cache-imports")
        {
            return value;
        }

        try
        {
            var specs = JsonSerializer.Deserialize(value, CacheJsonContext.Default.ListCacheSpecJson) ?? [];
            return JsonSerializer.Serialize([.. specs.Select(Hide)], CacheJsonContext.Default.ListCacheSpecJson);
        }
        catch (JsonException)
        {
            return "***"; // Whatever it is, it is not understood.
        }
    }

    private static CacheSpecJson Hide(CacheSpecJson spec) =>
        spec with { Attrs = spec.Attrs?.ToDictionary(attribute => attribute.Key, attribute => CacheAttributes.IsSecret(attribute.Key) ? "***" : attribute.Value) };
}
