using System.Collections.Immutable;
using Cofferdam.Model;

namespace Cofferdam.Solver;

/// <summary>The answer to "what is this vertex's key".</summary>
/// <param name="Operation">What the operation contributes.</param>
/// <param name="Inputs">The identities of the inputs.</param>
/// <param name="Definition">Definition keys, cheapest first.</param>
/// <param name="IsStorable">Whether the definition keys may outlive the build.</param>
internal sealed record VertexKeys(OperationKey Operation, ImmutableArray<Digest> Inputs, ImmutableArray<Digest> Definition, bool IsStorable)
{
    /// <summary>Whether any input is read by content.</summary>
    public bool HasContent => Operation.Inputs.Any(input => input.ContentKey is not null);
}
