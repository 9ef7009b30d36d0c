using Cofferdam.Model;

namespace Cofferdam.Solver;

/// <summary>By what vertices above know an output.</summary>
/// <param name="Value">The identity: outputs of equal identity are interchangeable.</param>
/// <param name="IsStorable">Whether it means the same in another build.</param>
internal readonly record struct VertexIdentity(Digest Value, bool IsStorable);
