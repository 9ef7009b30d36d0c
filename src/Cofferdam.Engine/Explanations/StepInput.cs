namespace Cofferdam.Engine;

/// <summary>What a step read.</summary>
/// <param name="Name">The name of the step that it comes from.</param>
/// <param name="Identity">By what it was known.</param>
/// <param name="Content">The digest of what was read of it; null where it was not read by content.</param>
internal sealed record StepInput(string Name, string Identity, string? Content);
