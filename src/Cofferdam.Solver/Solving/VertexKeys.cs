using System.Collections.Immutable;
using Cofferdam.Model;

namespace Cofferdam.Solver;

/// <summary>The answer to "what is this vertex's key".</summary>
internal sealed class VertexKeys
{
    /// <summary>Makes the keys of an operation that reads inputs of the given identities.</summary>
    public VertexKeys(OperationKey operation, ImmutableArray<VertexIdentity> inputs)
    {
        (Operation, Inputs) = (operation, inputs);
        Definition = CacheKeys.Definition(operation, inputs);
        IsStorable = operation.IsStorable && inputs.All(input => input.IsStorable);
        IsFresh = inputs.Any(input => input.IsFresh);
        HasContent = operation.HasContent;
        var byIdentity = inputs.Where((_, i) => !operation.ReadsByContent(i)).ToList();
        IsStorableByContent = HasContent && operation.IsStorable && byIdentity.TrueForAll(input => input.IsStorable);
        IsFreshByContent = byIdentity.Exists(input => input.IsFresh);
    }

    /// <summary>What the operation contributes.</summary>
    public OperationKey Operation { get; }

    /// <summary>The identities of the inputs.</summary>
    public ImmutableArray<VertexIdentity> Inputs { get; }

    /// <summary>Definition keys, cheapest first.</summary>
    public ImmutableArray<Digest> Definition { get; }

    /// <summary>Whether the definition keys mean the same in another build.</summary>
    public bool IsStorable { get; }

    /// <summary>Whether an input is made afresh, so that no record is looked for by the definition keys. One is stored by them all the same.</summary>
    public bool IsFresh { get; }

    /// <summary>Whether any input is read by content.</summary>
    public bool HasContent { get; }

    /// <summary>Whether the content keys mean the same in another build: every input that goes in by identity does.</summary>
    public bool IsStorableByContent { get; }

    /// <summary>Whether an input that goes in by identity is made afresh.</summary>
    public bool IsFreshByContent { get; }
}
