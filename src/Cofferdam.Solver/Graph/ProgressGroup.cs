namespace Cofferdam.Solver;

/// <summary>Vertices that users see as one.</summary>
/// <param name="Id">The group's identity.</param>
/// <param name="Name">What users see.</param>
/// <param name="Weak">Whether the group is shown only when it has more than one member.</param>
public sealed record ProgressGroup(string Id, string Name, bool Weak);
