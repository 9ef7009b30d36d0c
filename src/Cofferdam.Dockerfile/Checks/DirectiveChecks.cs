namespace Cofferdam.Dockerfile;

/// <summary>Looks for directives, and names of checks in them, that are mistyped: to the parser they are comments like any other, and names of checks that it may not know yet.</summary>
internal static class DirectiveChecks
{
    private static readonly string[] Directives = ["syntax", "escape", "check"];

    public static void Run(DockerfileText text, Linter linter)
    {
        CheckBlock(text.Source.Text, linter);
        foreach (var instruction in text.Stages.SelectMany(stage => stage.Instructions.Prepend(stage.From)).Concat(text.Arguments))
        {
            foreach (var comment in instruction.Source.Comments)
            {
                if (DirectiveReader.Split(comment) is ("check", var value))
                {
                    CheckNames(value, instruction.Source.Lines, linter);
                }
            }
        }
    }

    // The comments that the text begins with, as long as they have a directive's form.
    private static void CheckBlock(string text, Linter linter)
    {
        var number = 0;
        foreach (var line in text.Split('\n').Select(line => line.Trim()))
        {
            number++;
            if (number == 1 && line.StartsWith("#!", StringComparison.Ordinal))
            {
                continue;
            }

            if (!line.StartsWith('#') || DirectiveReader.Split(line[1..].TrimStart()) is not var (name, value))
            {
                return;
            }

            var lines = new LineRange(number, number);
            if (name == "check")
            {
                CheckNames(value, lines, linter);
            }
            else if (VariableSuggestion.Find(name, Directives) is { } near)
            {
                linter.Run(CheckRules.MistypedDirective, lines, "Directive", name, near);
            }
        }
    }

    private static void CheckNames(string value, LineRange lines, Linter linter)
    {
        CheckOptions options;
        try
        {
            options = CheckOptions.Parse(value.Split(' ')[0]);
        }
        catch (CofferdamException)
        {
            return; // The parser tells of it where it matters.
        }

        foreach (var name in options.Skipped.Union(options.Experimental).Order(StringComparer.Ordinal))
        {
            if (NearMatch.Find(name, CheckRules.All.Select(rule => rule.Name).Append("all")) is { } near)
            {
                linter.Run(CheckRules.MistypedDirective, lines, "Check", name, near);
            }
        }
    }
}
