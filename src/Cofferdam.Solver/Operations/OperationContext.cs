using Cofferdam.Model;

namespace Cofferdam.Solver;

/// <summary>What an operation gets of the build it runs for.</summary>
/// <param name="VertexDigest">The vertex it runs for.</param>
/// <param name="Progress">Where its logs and statuses go; they reach every build that waits for the vertex.</param>
/// <param name="Jobs">The builds that wait for the vertex, at least one; an operation takes the first whose client can serve it.</param>
/// <param name="IgnoreCache">Whether the build asked to run the vertex afresh.</param>
public sealed record OperationContext(Digest VertexDigest, IVertexProgress Progress, IReadOnlyList<IJobContext> Jobs, bool IgnoreCache);
