using System.Collections.Immutable;

namespace Cofferdam.Executor;

/// <summary>A program of this machine that the runtime runs at a moment of a container's life.</summary>
/// <param name="Moment">As in the OCI runtime-spec, for example <c>createContainer</c>.</param>
/// <param name="Path">The program.</param>
/// <param name="Arguments">Its command line, its name first.</param>
/// <param name="Environment">Its environment.</param>
/// <param name="Timeout">Seconds it may take; null is any time.</param>
public sealed record StepHook(string Moment, string Path, ImmutableArray<string> Arguments, ImmutableArray<string> Environment, int? Timeout);
