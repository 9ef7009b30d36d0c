using Cofferdam.Secrets.Nested;

namespace Cofferdam.Secrets;

/// <summary>Searches streams and what is inside them: gzip, zlib, zip (jar, wheel), tar, ar (deb), and what the given decoders open.</summary>
public sealed class NestedSearch(SecretSearch search, NestedLimits limits, IReadOnlyList<INestedDecoder> decoders)
{
    /// <summary>Reads a stream to its end, in constant memory. The path is how findings call it. Damaged archives are no error: their bytes are searched as they are.</summary>
    public async ValueTask<SearchReport> SearchAsync(Stream stream, string path, CancellationToken cancellationToken)
    {
        var walk = new NestedWalk(search, limits, decoders);
        await walk.VisitAsync(stream, new NestedLevel(path, 0, null, 0), isInflated: false, cancellationToken);
        return walk.Report();
    }
}
