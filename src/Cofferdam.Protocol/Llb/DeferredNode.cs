namespace Cofferdam.Protocol.Llb;

/// <summary>Stands for an output that is known only once the whole graph is, such as a context of just the paths used.</summary>
public sealed class DeferredNode(Func<LlbOutput?> find) : LlbNode(new NodeOptions())
{
    private readonly Lazy<LlbOutput?> _output = new(find);

    /// <summary>What it stands for; asked for once.</summary>
    public LlbOutput? Output => _output.Value;

    internal override IEnumerable<LlbOutput?> Inputs => [Output];

    internal override Op CreateOp(Func<LlbOutput, Input?> resolve) => throw new InvalidOperationException("a deferred node has no operation of its own");
}
