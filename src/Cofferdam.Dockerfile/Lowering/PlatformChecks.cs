namespace Cofferdam.Dockerfile;

/// <summary>Checks of <c>FROM --platform</c>.</summary>
internal static class PlatformChecks
{
    public static void Run(LoweringContext context, Instruction.From from, ExpandedWord word, Linter linter)
    {
        var isConstant = word.Found.Count == 0 && word.Missing.Count == 0;
        if (word.Found.SetEquals(["TARGETPLATFORM"]) && word.Missing.Count == 0 && context.GlobalArguments.TryGet("TARGETPLATFORM", out var target) && target == word.Text)
        {
            linter.Run(CheckRules.RedundantTargetPlatform, from.Source.Lines, from.Platform);
        }

        if (isConstant && Platform.TryParse(word.Text, out var platform)
            && from.Name?.Contains(platform.Os, StringComparison.Ordinal) != true && from.Name?.Contains(platform.Architecture, StringComparison.Ordinal) != true)
        {
            linter.Run(CheckRules.FromPlatformFlagConstDisallowed, from.Source.Lines, word.Text);
        }
    }
}
