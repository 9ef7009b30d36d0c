using System.Collections.Immutable;

namespace Cofferdam.Protocol.Llb;

/// <summary>Lays results over each other, the last one on top. Empty roots are left out, as BuildKit does.</summary>
public sealed class MergeNode(ImmutableArray<LlbOutput?> layers, NodeOptions options) : LlbNode(options)
{
    internal override IEnumerable<LlbOutput?> Inputs => layers;

    internal override Op CreateOp(Func<LlbOutput, Input?> resolve)
    {
        var op = new Op { Merge = new MergeOp(), Platform = ToMessage(Options.Platform), Constraints = new WorkerConstraints() };
        foreach (var layer in layers)
        {
            if (layer is { } some && resolve(some) is { } input)
            {
                op.Merge.Inputs.Add(new MergeInput { Input = op.Inputs.Count });
                op.Inputs.Add(input.Clone());
            }
        }

        return op;
    }
}
