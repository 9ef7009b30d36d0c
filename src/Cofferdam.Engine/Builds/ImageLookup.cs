using Cofferdam.Dockerfile;
using Cofferdam.Model;
using Cofferdam.Solver;

namespace Cofferdam.Engine;

/// <summary>Finds the image of a name for a platform, in the local store, a registry or a client's layout.</summary>
internal delegate Task<ResolvedImage> ImageLookup(
    ImageReference reference,
    Platform platform,
    string resolveMode,
    OciLayoutStore? layout,
    IVertexProgress progress,
    CancellationToken cancellationToken);
