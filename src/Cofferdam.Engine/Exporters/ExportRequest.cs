using System.Collections.Immutable;
using Cofferdam.Solver;

namespace Cofferdam.Engine;

/// <summary>A result to be exported.</summary>
/// <param name="Results">One for each platform; at least one.</param>
/// <param name="IsMultiPlatform">Whether the client asked for a result by platform, even where there is one only.</param>
/// <param name="ExporterIndex">The exporter's place in the client's request, by which it knows where the output goes.</param>
/// <param name="Job">The build.</param>
/// <param name="Progress">Where the exporter tells what it does.</param>
internal sealed record ExportRequest(ImmutableArray<PlatformResult> Results, bool IsMultiPlatform, int ExporterIndex, BuildJob Job, IVertexProgress Progress)
{
    /// <summary>The builds that the export is for, as sources take them.</summary>
    public IReadOnlyList<IJobContext> Jobs { get; } = [Job];
}
