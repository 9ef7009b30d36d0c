namespace Cofferdam.Protocol.Llb;

/// <summary>The result of a definition made elsewhere; its operations are taken over byte by byte.</summary>
public sealed class DefinitionNode(DefinitionGraph graph) : LlbNode(new NodeOptions())
{
    /// <summary>The definition.</summary>
    public DefinitionGraph Graph { get; } = graph;

    internal override IEnumerable<LlbOutput?> Inputs => [];

    internal override Op CreateOp(Func<LlbOutput, Input?> resolve) => throw new InvalidOperationException("a definition has operations of its own");
}
