namespace Cofferdam.Dockerfile;

/// <summary>A secret or an ssh agent that a target uses.</summary>
internal sealed record OutlineSecret(string Name, bool IsRequired, LineRange Lines);
