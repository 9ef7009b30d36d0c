using System.Collections.Immutable;
using Cofferdam.Model;

namespace Cofferdam.Protocol.Llb;

/// <summary>A definition that was read and found whole.</summary>
/// <param name="Operations">What the result needs, inputs before their users; the op that names the result is left out.</param>
/// <param name="Root">The operation of the result; null where the definition is of the empty root.</param>
/// <param name="RootIndex">Which of its outputs.</param>
public sealed record DefinitionGraph(ImmutableArray<DefinitionOperation> Operations, Digest? Root, long RootIndex)
{
    /// <summary>The texts that the operations come from, and their lines; null where nothing is said of them.</summary>
    public Source? Source { get; init; }
}
