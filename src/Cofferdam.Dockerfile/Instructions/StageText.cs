namespace Cofferdam.Dockerfile;

/// <summary>A stage as written: its FROM and what follows up to the next.</summary>
internal sealed record StageText(Instruction.From From, ImmutableArray<Instruction> Instructions);
