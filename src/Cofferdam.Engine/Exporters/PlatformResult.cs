using Cofferdam.Model;
using Cofferdam.Storage;

namespace Cofferdam.Engine;

/// <summary>The result for one platform.</summary>
/// <param name="Platform">The platform.</param>
/// <param name="Snapshot">The file system.</param>
/// <param name="Config">The image's config as the frontend made it; the default one where the result is of no frontend.</param>
internal sealed record PlatformResult(Platform Platform, Snapshot Snapshot, ImageConfig Config)
{
    /// <summary>What the frontend found SOURCE_DATE_EPOCH to be; null where it is not given.</summary>
    public DateTimeOffset? Epoch { get; init; }

    /// <summary>The name of the platform's directory in outputs that are split: <c>linux_amd64</c>.</summary>
    public string DirectoryName => Platform.ToString().Replace('/', '_');
}
