using System.Collections.Immutable;
using Cofferdam.Model;

namespace Cofferdam.Solver;

/// <summary>Something that is no error and that the user should know.</summary>
/// <param name="Short">It in a line.</param>
/// <param name="Detail">More lines.</param>
/// <param name="Url">Where it is explained; may be null.</param>
/// <param name="Location">Where in the Dockerfile; may be null.</param>
public sealed record BuildWarning(string Short, ImmutableArray<string> Detail, string? Url, SourceLocation? Location);
