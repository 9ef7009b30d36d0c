namespace Cofferdam.Dockerfile;

/// <summary>A target whose graph is made.</summary>
/// <param name="Stage">The target.</param>
/// <param name="Reached">It and all it needs.</param>
internal sealed record LoweredTarget(Stage Stage, IReadOnlySet<Stage> Reached);
