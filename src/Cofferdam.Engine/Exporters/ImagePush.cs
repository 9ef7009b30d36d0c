using Cofferdam.Model;

namespace Cofferdam.Engine;

/// <summary>Pushes an image whose blobs are in the content store, with the credentials of the build's client.</summary>
internal delegate Task ImagePush(ExportRequest request, Descriptor root, ImageReference name, bool byDigest, CancellationToken cancellationToken);
