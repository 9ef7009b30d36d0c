namespace Cofferdam.Dockerfile;

/// <summary>An instruction as lines, not yet understood.</summary>
/// <param name="Keyword">The first word as written.</param>
/// <param name="Flags">Words before the arguments that begin with <c>--</c>.</param>
/// <param name="Arguments">The rest of the line, continuation lines joined.</param>
/// <param name="Original">The whole line, continuation lines joined.</param>
/// <param name="Escape">The escape character of the file.</param>
internal sealed record RawInstruction(string Keyword, ImmutableArray<string> Flags, string Arguments, string Original, char Escape)
{
    /// <summary>Its lines, documents included.</summary>
    public LineRange Lines { get; init; }

    public ImmutableArray<Heredoc> Heredocs { get; init; } = [];

    /// <summary>Comments right above it.</summary>
    public ImmutableArray<string> Comments { get; init; } = [];

    /// <summary>The keyword in upper case.</summary>
    public string Name => Keyword.ToUpperInvariant();
}
