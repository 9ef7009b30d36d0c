namespace Cofferdam.Engine;

/// <summary>Makes the services that caches are kept in, of their attributes.</summary>
/// <param name="http">Asks them.</param>
/// <param name="clock">The clock.</param>
/// <param name="variable">Reads a variable of the daemon's environment.</param>
internal sealed class CacheStorageFactory(HttpClient http, TimeProvider clock, Func<string, string?> variable)
{
    /// <summary>The service of a cache; null when it is of a type that is none. Asks nobody; throws <see cref="Model.InvalidInputException"/>.</summary>
    public ICacheStorage? Create(CacheSpec spec) => spec.Type switch
    {
        "s3" => new S3CacheStorage(S3CacheOptions.Parse(spec.Attributes, variable), http, clock),
        "gha" => new GitHubCacheStorage(GitHubCacheOptions.Parse(spec.Attributes, clock.GetUtcNow()), http, clock),
        _ => null,
    };
}
