namespace Cofferdam.Solver;

/// <summary>One output of a vertex.</summary>
/// <param name="Vertex">The vertex.</param>
/// <param name="Output">The number of the output, from 0.</param>
public readonly record struct Edge(Vertex Vertex, int Output);
