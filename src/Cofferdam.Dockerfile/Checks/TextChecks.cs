using System.Text.RegularExpressions;

namespace Cofferdam.Dockerfile;

/// <summary>Checks that need the text only.</summary>
internal static partial class TextChecks
{
    public static void Run(DockerfileText text, Linter linter)
    {
        foreach (var line in text.EmptyContinuations)
        {
            linter.Run(CheckRules.NoEmptyContinuation, new LineRange(line, line));
        }

        foreach (var instruction in text.Arguments.Concat<Instruction>(text.Stages.SelectMany(stage => stage.Instructions.Prepend(stage.From))))
        {
            CheckOne(instruction, linter.For(instruction.Source.Comments));
        }

        CheckStageNames(text, linter);
        CheckCasing(text, linter);
    }

    /// <summary>Checks instructions one by one, up to the first that cannot be read.</summary>
    public static void RunReadable(SourceText source, Linter linter)
    {
        try
        {
            var parsed = DockerfileParser.Parse(source);
            foreach (var line in parsed.EmptyContinuations)
            {
                linter.Run(CheckRules.NoEmptyContinuation, new LineRange(line, line));
            }

            foreach (var instruction in parsed.Instructions.Select(InstructionParser.Parse))
            {
                CheckOne(instruction, linter.For(instruction.Source.Comments));
            }
        }
        catch (CofferdamException)
        {
            // Whoever reads all of it tells of that.
        }
    }

    /// <summary>Whether the name of a variable says that it holds a secret.</summary>
    public static bool IsSecretName(string name) => SecretName().IsMatch(name) && !PublicName().IsMatch(name);

    private static void CheckOne(Instruction instruction, Linter linter)
    {
        var lines = instruction.Source.Lines;
        switch (instruction)
        {
            case Instruction.From from:
                if (from.WrittenName is { } name && name != name.ToLowerInvariant())
                {
                    linter.Run(CheckRules.StageNameCasing, lines, name);
                }

                var keyword = from.Source.Keyword;
                if (from.AsKeyword is { } word && IsOneCase(keyword) && word != (IsLower(keyword) ? word.ToLowerInvariant() : word.ToUpperInvariant()))
                {
                    linter.Run(CheckRules.FromAsCasing, lines, keyword, word);
                }

                CheckDescription("FROM", from.Name is null ? [] : [from.Name], from, linter);
                break;
            case Instruction.Arg argument:
                CheckDescription("ARG", [.. argument.Arguments.Select(item => item.Key)], argument, linter);
                break;
            case Instruction.Maintainer:
                linter.Run(CheckRules.MaintainerDeprecated, lines);
                break;
        }
    }

    private static void CheckDescription(string name, ImmutableArray<string> keys, Instruction instruction, Linter linter)
    {
        if (instruction.Source.Comments is [.., var comment] && !keys.IsEmpty && !keys.Contains(comment.Split(' ')[0]))
        {
            linter.Run(CheckRules.InvalidDefinitionDescription, instruction.Source.Lines, name, keys.Length > 1 ? "<arg_key>" : keys[0]);
        }
    }

    private static void CheckStageNames(DockerfileText text, Linter linter)
    {
        var names = new HashSet<string>();
        foreach (var from in text.Stages.Select(stage => stage.From))
        {
            if (from.Name is "scratch" or "context")
            {
                linter.For(from.Source.Comments).Run(CheckRules.ReservedStageName, from.Source.Lines, from.Name);
            }

            if (from.Name is not null && !names.Add(from.Name))
            {
                linter.For(from.Source.Comments).Run(CheckRules.DuplicateStageName, from.Source.Lines, from.Name);
            }
        }
    }

    private static void CheckCasing(DockerfileText text, Linter linter)
    {
        var sources = text.Stages.SelectMany(stage => stage.Instructions.Prepend(stage.From)).Select(instruction => instruction.Source).ToList();
        var isLower = IsMostlyLower(sources.Select(source => source.Keyword));
        foreach (var source in sources.Where(source => !(isLower ? IsLower(source.Keyword) : IsUpper(source.Keyword))))
        {
            linter.For(source.Comments).Run(CheckRules.ConsistentInstructionCasing, source.Lines, source.Keyword, isLower ? "lowercase" : "uppercase");
        }
    }

    /// <summary>Whether most keywords that are written in one case are in lower case.</summary>
    public static bool IsMostlyLower(IEnumerable<string> keywords)
    {
        var written = keywords.Where(IsOneCase).ToList();
        var lower = written.Count(IsLower);
        return lower > written.Count - lower;
    }

    private static bool IsLower(string word) => !word.AsSpan().ContainsAnyInRange('A', 'Z');

    private static bool IsUpper(string word) => !word.AsSpan().ContainsAnyInRange('a', 'z');

    private static bool IsOneCase(string word) => IsLower(word) || IsUpper(word);

    [GeneratedRegex("(?:_|^)(?:apikey|auth|credential|credentials|key|password|pword|passwd|secret|token)(?:_|$)", RegexOptions.IgnoreCase)]
    private static partial Regex SecretName();

    [GeneratedRegex("(?:_|^)(?:public|file|version)(?:_|$)", RegexOptions.IgnoreCase)]
    private static partial Regex PublicName();
}
