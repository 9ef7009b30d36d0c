using System.Collections.Immutable;
using Cofferdam.Model;

namespace Cofferdam.Solver;

/// <summary>The answer to "what is this vertex's key".</summary>
internal sealed class VertexKeys
{
    // Of the ways in which inputs may be known elsewhere so many are tried.
    private const int MaxVariants = 3;

    private readonly ImmutableArray<ImmutableArray<VertexIdentity>> _variants;

    /// <summary>Makes the keys of an operation that reads inputs of the given identities.</summary>
    public VertexKeys(OperationKey operation, ImmutableArray<VertexIdentity> inputs)
    {
        (Operation, Inputs) = (operation, inputs);
        Definition = CacheKeys.Definition(operation, inputs);
        _variants = inputs.Any(input => !input.Others.IsEmpty) ? [.. Variants(inputs).Skip(1).Take(MaxVariants)] : [];
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

    /// <summary>Definition keys that records from elsewhere may have: with inputs by what else they may be known. Looked for, never stored under.</summary>
    public IEnumerable<Digest> OtherDefinitions => _variants.SelectMany(inputs => CacheKeys.Definition(Operation, inputs));

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

    /// <summary>Content keys that records from elsewhere may have.</summary>
    public IEnumerable<Digest> OtherContentKeys(Digest?[] contents) => _variants.SelectMany(inputs => CacheKeys.Content(Operation, inputs, contents));

    /// <summary>By what an output is known.</summary>
    /// <param name="value">The identity.</param>
    /// <param name="output">The output.</param>
    public VertexIdentity Identify(Digest value, int output) => new(value, IsStorable, IsFresh)
    {
        Others = Operation.Digests.Length == 1 && _variants.IsEmpty ? [] : [.. CacheKeys.Outputs([.. Definition, .. OtherDefinitions], output).Where(key => key != value).Take(MaxVariants)],
    };

    // Every way to name each input, those by which they are known here first.
    private static IEnumerable<ImmutableArray<VertexIdentity>> Variants(ImmutableArray<VertexIdentity> inputs) =>
        inputs.Aggregate<VertexIdentity, IEnumerable<ImmutableArray<VertexIdentity>>>(
            [[]], (variants, input) => variants.SelectMany(before => input.Others.Select(other => input with { Value = other }).Prepend(input).Select(before.Add)));
}
