using Cofferdam.Engine;
using Cofferdam.Protocol.Llb;
using Cofferdam.Solver;
using Platform = Cofferdam.Model.Platform;

namespace Cofferdam.Testing;

/// <summary>Reads what operations say as the daemon does, and makes none.</summary>
internal sealed class FuzzOperations : IOperationFactory
{
    private readonly OperationFactory _factory = new(null!);

    public string Describe(Op op) => _factory.Describe(op);

    public IOperation Create(Op op, OpMetadata? metadata, SealPolicy seal)
    {
        if (op.OpCase != Op.OpOneofCase.Source)
        {
            return null!;
        }

        var source = op.Source;
        if (ImageSourceOptions.IsImage(source.Identifier))
        {
            ImageSourceOptions.Parse(source.Identifier, source.Attrs.ToDictionary(), Platform.Host);
        }
        else if (source.Identifier.StartsWith("git://", StringComparison.Ordinal))
        {
            GitSourceOptions.Parse(source);
        }
        else if (source.Identifier.StartsWith("http", StringComparison.Ordinal))
        {
            HttpSourceOptions.Parse(source);
        }

        return null!;
    }
}
