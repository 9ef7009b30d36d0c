using Cofferdam.Model;

namespace Cofferdam.Solver;

/// <summary>By what a vertex knew one of its inputs.</summary>
/// <param name="Vertex">The vertex that the input comes from.</param>
/// <param name="Identity">The identity of the input.</param>
/// <param name="Content">The digest of what was read of it; null where it was not read by content, or that was not needed.</param>
public readonly record struct ExplainedInput(Digest Vertex, Digest Identity, Digest? Content);
