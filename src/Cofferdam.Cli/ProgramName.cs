namespace Cofferdam.Cli;

/// <summary>What the name that the program was started under makes of its arguments.</summary>
internal static class ProgramName
{
    /// <summary>The arguments of <c>coffer</c>; under a daemon's name they are those of <c>coffer daemon</c>.</summary>
    /// <param name="commandLine">The name first.</param>
    public static IReadOnlyList<string> Apply(IReadOnlyList<string> commandLine)
    {
        var arguments = commandLine.Skip(1).ToArray();
        return Path.GetFileName(commandLine[0]) is "cofferd" or "buildkitd" ? ["daemon", .. arguments] : arguments;
    }
}
