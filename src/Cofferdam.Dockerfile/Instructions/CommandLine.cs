namespace Cofferdam.Dockerfile;

/// <summary>The command of RUN, CMD and ENTRYPOINT.</summary>
/// <param name="Arguments">The arguments; one text in the shell form.</param>
/// <param name="IsShellForm">Whether a shell is to run it.</param>
/// <param name="Heredocs">Documents in it.</param>
internal sealed record CommandLine(ImmutableArray<string> Arguments, bool IsShellForm, ImmutableArray<Heredoc> Heredocs);
