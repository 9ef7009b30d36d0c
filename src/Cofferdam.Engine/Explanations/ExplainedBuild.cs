using System.Collections.Immutable;

namespace Cofferdam.Engine;

/// <summary>What the steps of a build were, and why.</summary>
/// <param name="Ref">The client's name of the build.</param>
/// <param name="Created">When it ended.</param>
/// <param name="Steps">The steps, each after those it reads.</param>
public sealed record ExplainedBuild(string Ref, DateTimeOffset Created, ImmutableArray<ExplainedStep> Steps);
