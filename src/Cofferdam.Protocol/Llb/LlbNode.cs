namespace Cofferdam.Protocol.Llb;

/// <summary>An operation of a graph that is being made. It has no digest until a <see cref="DefinitionBuilder"/> writes it.</summary>
public abstract class LlbNode
{
    private protected LlbNode(NodeOptions options) => Options = options;

    /// <summary>What is said of it.</summary>
    public NodeOptions Options { get; }

    /// <summary>Its inputs; null is the empty root.</summary>
    internal abstract IEnumerable<LlbOutput?> Inputs { get; }

    /// <summary>Makes the operation once its inputs have digests.</summary>
    internal abstract Op CreateOp(Func<LlbOutput, Input?> resolve);

    private protected static Platform? ToMessage(Model.Platform? platform) => platform is null
        ? null
        : new Platform
        {
            Architecture = platform.Architecture,
            OS = platform.Os,
            OSVersion = platform.OsVersion ?? string.Empty,
            Variant = platform.Variant ?? string.Empty,
        };

    /// <summary>The index of an input in the operation, added where it is new; -1 is the empty root.</summary>
    private protected static long AddInput(Op op, LlbOutput? output, Func<LlbOutput, Input?> resolve)
    {
        if (output is not { } some || resolve(some) is not { } input)
        {
            return -1;
        }

        var index = op.Inputs.IndexOf(input);
        if (index < 0)
        {
            index = op.Inputs.Count;
            op.Inputs.Add(input.Clone());
        }

        return index;
    }
}
