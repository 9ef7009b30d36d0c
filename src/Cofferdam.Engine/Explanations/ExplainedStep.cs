using System.Collections.Immutable;

namespace Cofferdam.Engine;

/// <summary>What a step of a build was, and why.</summary>
/// <param name="Name">Its name, as progress shows it.</param>
/// <param name="Outcome">What it was.</param>
/// <param name="Reasons">Why it ran, most telling first; empty for others.</param>
public sealed record ExplainedStep(string Name, StepOutcome Outcome, ImmutableArray<string> Reasons);
