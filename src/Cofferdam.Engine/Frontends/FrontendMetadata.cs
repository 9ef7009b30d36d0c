using System.Collections.Immutable;
using Cofferdam.Dockerfile;
using Cofferdam.Model;

namespace Cofferdam.Engine;

/// <summary>What BuildKit's metadata of a result says of a frontend's images.</summary>
public static class FrontendMetadata
{
    /// <summary>The metadata: that of the frontend itself, the platforms, and the config of each.</summary>
    public static ImmutableDictionary<string, byte[]> Of(FrontendResult result)
    {
        var metadata = result.Metadata.ToBuilder();
        if (!result.Images.IsEmpty)
        {
            metadata["refs.platforms"] = new PlatformList { Platforms = [.. result.Images.Select(image => new PlatformEntry(image.Platform.ToString(), image.Platform))] }.Write();
        }

        foreach (var image in result.Images)
        {
            var suffix = result.IsMultiPlatform ? "/" + image.Platform : string.Empty;
            metadata["containerimage.config" + suffix] = ImageJson.Write(image.Config);
            if (image.BaseConfig is { } baseConfig)
            {
                metadata["containerimage.base.config" + suffix] = baseConfig.ToArray();
            }
        }

        return metadata.ToImmutable();
    }
}
