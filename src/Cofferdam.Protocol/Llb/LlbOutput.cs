namespace Cofferdam.Protocol.Llb;

/// <summary>One of the results of an operation.</summary>
/// <param name="Node">The operation.</param>
/// <param name="Index">Which of its results.</param>
public readonly record struct LlbOutput(LlbNode Node, long Index = 0);
