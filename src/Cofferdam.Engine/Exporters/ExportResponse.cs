using System.Collections.Immutable;
using Cofferdam.Model;

namespace Cofferdam.Engine;

/// <summary>What a client is told of an image (BuildKit exporter/containerimage/exptypes).</summary>
internal static class ExportResponse
{
    public static ImmutableSortedDictionary<string, string> Of(AssembledImage image, ImmutableArray<string> names)
    {
        var response = ImmutableSortedDictionary.CreateBuilder<string, string>();
        response["containerimage.digest"] = image.Root.Digest.ToString();
        response["containerimage.descriptor"] = Convert.ToBase64String(ImageJson.Write(image.Root));
        if (image.Images.Length == 1 && !MediaTypes.IsIndex(image.Root.MediaType))
        {
            response["containerimage.config.digest"] = image.Images[0].Manifest.Config.Digest.ToString();
        }

        if (!names.IsEmpty)
        {
            response["image.name"] = string.Join(',', names);
        }

        return response.ToImmutable();
    }
}
