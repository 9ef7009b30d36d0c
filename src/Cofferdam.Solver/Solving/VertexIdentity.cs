using System.Collections.Immutable;
using Cofferdam.Model;

namespace Cofferdam.Solver;

/// <summary>By what vertices above know an output.</summary>
/// <param name="Value">The identity: outputs of equal identity are interchangeable.</param>
/// <param name="IsStorable">Whether it means the same in another build.</param>
/// <param name="IsFresh">Whether the output is made afresh though one of that identity may have been made before: what was made of that one is not looked for.</param>
internal readonly record struct VertexIdentity(Digest Value, bool IsStorable, bool IsFresh = false)
{
    private readonly ImmutableArray<Digest> _others;

    /// <summary>By what else records from elsewhere may know it: an image by its manifest, where it is known here by its layers.</summary>
    public ImmutableArray<Digest> Others
    {
        get => _others.IsDefault ? [] : _others;
        init => _others = value;
    }
}
