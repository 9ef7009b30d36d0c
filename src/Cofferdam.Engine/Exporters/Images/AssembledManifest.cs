using Cofferdam.Model;
using Cofferdam.Storage;

namespace Cofferdam.Engine;

/// <summary>The image of one platform.</summary>
/// <param name="Descriptor">The manifest, with its platform.</param>
/// <param name="Manifest">What the manifest says.</param>
/// <param name="Snapshot">The file system the layers are of, in the same order.</param>
/// <param name="Created">The image's time, RFC 3339.</param>
internal sealed record AssembledManifest(Descriptor Descriptor, ImageManifest Manifest, Snapshot Snapshot, string? Created);
