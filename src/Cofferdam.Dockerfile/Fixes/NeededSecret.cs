namespace Cofferdam.Dockerfile;

/// <summary>A secret that a build asks for.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Path">The file of the context that its value is in; null where it is a variable.</param>
/// <param name="Variable">The variable that its value is in; null where it is a file.</param>
public sealed record NeededSecret(string Id, string? Path, string? Variable);
