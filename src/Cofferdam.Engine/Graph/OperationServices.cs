using Cofferdam.Protocol.Llb;
using Cofferdam.Solver;

namespace Cofferdam.Engine;

/// <summary>What operations are made with.</summary>
/// <param name="Images">Finds images.</param>
/// <param name="Directories">Keeps clients' directories.</param>
/// <param name="Sources">What other sources need.</param>
/// <param name="Uses">Counts uses of layers.</param>
/// <param name="CreateExec">Makes an operation that runs a process.</param>
/// <param name="CreateFile">Makes an operation on files.</param>
/// <param name="CreateBuild">Makes an operation that solves a graph out of a file.</param>
internal sealed record OperationServices(
    ImageServices Images,
    LocalDirectories Directories,
    SourceServices Sources,
    ILayerUses Uses,
    Func<Op, OpMetadata?, SealPolicy, IOperation> CreateExec,
    Func<Op, IOperation> CreateFile,
    Func<Op, IOperation> CreateBuild);
