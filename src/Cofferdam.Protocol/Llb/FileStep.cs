namespace Cofferdam.Protocol.Llb;

/// <summary>One change that a <see cref="FileNode"/> makes.</summary>
/// <param name="Action">The change; its inputs and output are filled in when it is written, those of owners as well.</param>
/// <param name="Source">What a copy copies from; null is the empty root, or nothing where it is no copy.</param>
public sealed record FileStep(FileAction Action, LlbOutput? Source = null);
