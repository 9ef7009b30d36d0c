namespace Cofferdam.Dockerfile;

/// <summary>One command of a shell's script.</summary>
/// <param name="Assignments">Variables that are set for it.</param>
/// <param name="Words">Its program and arguments.</param>
/// <param name="Outputs">Files that its output is written to.</param>
internal sealed record ShellCommand(ImmutableArray<ShellWord> Assignments, ImmutableArray<ShellWord> Words, ImmutableArray<ShellWord> Outputs)
{
    private static readonly string[] Wrappers = ["sudo", "exec", "command", "env", "time", "nohup", "!", "then", "do", "else", "if", "while", "export", "set"];

    /// <summary>The name of its program, without its directory; words that only run another program are passed over.</summary>
    public string Program => Words.Select(word => UnixPath.Base(word.Text)).FirstOrDefault(name => !IsPassedOver(name), string.Empty);

    /// <summary>The words behind the program.</summary>
    public ImmutableArray<ShellWord> Arguments
    {
        get
        {
            var start = 0;
            while (start < Words.Length && IsPassedOver(UnixPath.Base(Words[start].Text)))
            {
                start++;
            }

            return start >= Words.Length ? [] : Words[(start + 1)..];
        }
    }

    private static bool IsPassedOver(string name) => Wrappers.Contains(name) || (name.Contains('=', StringComparison.Ordinal) && !name.StartsWith('-'));
}
