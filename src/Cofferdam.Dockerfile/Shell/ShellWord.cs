namespace Cofferdam.Dockerfile;

/// <summary>A word of a shell's command.</summary>
/// <param name="Text">The word without its quotes; what would be replaced stands there as written.</param>
/// <param name="Variables">Variables that the shell puts in.</param>
/// <param name="HasSubstitution">Whether the output of a command is put in.</param>
internal sealed record ShellWord(string Text, ImmutableArray<string> Variables, bool HasSubstitution)
{
    /// <summary>A word that nothing is put into.</summary>
    public static ShellWord Literal(string text) => new(text, [], false);

    /// <summary>Whether the word is as it stands.</summary>
    public bool IsLiteral => Variables.IsEmpty && !HasSubstitution;

    /// <summary>The rest of the word behind so many characters.</summary>
    public ShellWord From(int start) => this with { Text = Text[start..] };
}
