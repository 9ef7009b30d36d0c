namespace Cofferdam.Dockerfile;

/// <summary>An instruction of a stage, with the stages it takes files from.</summary>
/// <param name="Instruction">The instruction.</param>
/// <param name="Sources">For COPY the stage of <c>--from</c>, for RUN that of each mount; null is none.</param>
/// <param name="IsTrigger">Whether the base's ONBUILD brought it.</param>
internal sealed record StageCommand(Instruction Instruction, ImmutableArray<Stage?> Sources, bool IsTrigger);
