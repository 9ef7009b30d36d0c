namespace Cofferdam.Dockerfile;

/// <summary>Where an instruction stands.</summary>
/// <param name="Keyword">Its keyword as written.</param>
/// <param name="Code">Its text, continuation lines joined.</param>
/// <param name="Lines">Its lines.</param>
/// <param name="Comments">Comments right above it.</param>
internal sealed record InstructionSource(string Keyword, string Code, LineRange Lines, ImmutableArray<string> Comments);
