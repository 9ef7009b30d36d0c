using Cofferdam.Protocol.Llb;
using Cofferdam.Solver;

namespace Cofferdam.Engine;

/// <summary>Makes operations of what a definition says.</summary>
internal interface IOperationFactory
{
    /// <summary>The operation; throws <see cref="Model.UnsupportedException"/> where there is none for it.</summary>
    IOperation Create(Op op, OpMetadata? metadata, SealPolicy seal);

    /// <summary>What users see of an operation that has no name of its own.</summary>
    string Describe(Op op);
}
