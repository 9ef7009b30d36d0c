using System.Net.Http.Headers;
using Cofferdam.Model;
using Cofferdam.Registry.Connections;

namespace Cofferdam.Registry.Transfers;

/// <summary>A blob on its way to a registry.</summary>
internal sealed record BlobUpload(
    RegistryCall Call, ImageReference Repository, Descriptor Descriptor, Func<long, CancellationToken, ValueTask<Stream>> Open, IProgress<long>? Progress)
{
    /// <summary>A request with the blob from an offset on; with none of it at its end.</summary>
    internal RegistryCall Request(HttpMethod method, Uri address, long offset) => Call with
    {
        Method = method,
        Address = address,
        IsRepeatable = false, // where to go on must be asked first
        Prepare = request =>
        {
            request.Content = offset == Descriptor.Size ? new ByteArrayContent([]) : new UploadContent(Open, offset, Descriptor.Size, Progress);
            if (method == HttpMethod.Patch)
            {
                // The distribution protocol's form, without a unit.
                request.Content.Headers.TryAddWithoutValidation("Content-Range", $"{offset}-{Descriptor.Size - 1}");
            }

            request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
        },
    };
}
