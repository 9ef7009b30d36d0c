using Cofferdam.Secrets;

namespace Cofferdam.Engine;

/// <summary>Searches for secrets in what no build makes just now: a tree of files, or a stream such as an image's archive; as the gate does.</summary>
public static class SecretScan
{
    /// <summary>Searches all that is in a directory: names, links' targets, extended attributes, files and what is inside them.</summary>
    public static async Task<(IReadOnlyList<SecretFinding> Findings, IReadOnlyList<NestedGap> Gaps)> SearchDirectoryAsync(SecretSearch search, string directory, CancellationToken cancellationToken)
    {
        var report = new LeakReport(SealPolicy.Default);
        await new TreeSearch(search, report).SearchAsync(new SearchedTree(directory, directory, null), cancellationToken);
        return (report.Findings, report.Gaps);
    }

    /// <summary>Searches a stream and what is inside it, in constant memory; the stream stays the caller's.</summary>
    public static async Task<(IReadOnlyList<SecretFinding> Findings, IReadOnlyList<NestedGap> Gaps)> SearchStreamAsync(SecretSearch search, Stream stream, string name, CancellationToken cancellationToken)
    {
        var report = await TreeSearch.Nested(search).SearchAsync(stream, name, cancellationToken);
        return (report.Findings, report.Gaps);
    }
}
