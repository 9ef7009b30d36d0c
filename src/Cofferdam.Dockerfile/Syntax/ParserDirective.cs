namespace Cofferdam.Dockerfile;

/// <summary>A line such as <c># syntax=docker/dockerfile:1</c>.</summary>
/// <param name="Name">The key in lower case.</param>
/// <param name="Value">The value.</param>
/// <param name="Line">Its line.</param>
internal sealed record ParserDirective(string Name, string Value, int Line);
