using System.Text.RegularExpressions;

namespace Cofferdam.Dockerfile;

/// <summary>Puts right how things are written, where the meaning stays.</summary>
internal static partial class WritingFixes
{
    public static FixStep? Apply(FixedFile file)
    {
        var sources = file.Text.Stages.SelectMany(stage => stage.Instructions.Prepend(stage.From)).ToList();
        var isLower = TextChecks.IsMostlyLower(sources.Select(item => item.Source.Keyword));
        return sources.Select(item => FixOne(file, item, isLower)).FirstOrDefault(step => step is not null);
    }

    private static FixStep? FixOne(FixedFile file, Instruction instruction, bool isLower)
    {
        var text = file.TextOf(instruction);
        var keyword = instruction.Source.Keyword;
        var wanted = isLower ? keyword.ToLowerInvariant() : keyword.ToUpperInvariant();
        if (keyword != wanted)
        {
            return Change(file, instruction, KeywordOf(text, wanted), CheckRules.ConsistentInstructionCasing, $"{keyword} is written {wanted}");
        }

        if (instruction is Instruction.From from)
        {
            return FixFrom(file, from, text, isLower);
        }

        if (instruction is Instruction.Env or Instruction.Label)
        {
            var pairs = instruction is Instruction.Env env ? env.Pairs : ((Instruction.Label)instruction).Pairs;
            return pairs is [{ IsLegacy: true } pair] ? FixPair(file, instruction, pair, text) : null;
        }

        if (instruction is Instruction.Expose && Protocol().IsMatch(text))
        {
            return Change(file, instruction, Protocol().Replace(text, match => match.Value.ToLowerInvariant()), CheckRules.ExposeProtoCasing, "the protocol is written in lower case");
        }

        var documents = instruction switch { Instruction.Run run => run.Command.Heredocs, Instruction.Copy copy => copy.Sources.Documents, Instruction.Add add => add.Sources.Documents, _ => [] };
        return documents.IsEmpty && file.Text.EmptyContinuations.Contains(instruction.Source.Lines.End) && EmptyLine().IsMatch(text)
            ? Change(file, instruction, EmptyLine().Replace(text, string.Empty), CheckRules.NoEmptyContinuation, $"empty lines inside of {keyword} are gone")
            : null;
    }

    private static FixStep? FixFrom(FixedFile file, Instruction.From from, string text, bool isLower)
    {
        if (from.AsKeyword is { } word && word != (isLower ? "as" : "AS"))
        {
            return Change(file, from, As().Replace(text, match => match.Groups[1].Value + (isLower ? "as" : "AS") + match.Groups[3].Value), CheckRules.FromAsCasing, $"{word} is written as {from.Source.Keyword} is");
        }

        if (from.WrittenName is { } name && name != name.ToLowerInvariant())
        {
            return Change(file, from, As().Replace(text, match => match.Groups[1].Value + match.Groups[2].Value + match.Groups[3].Value.ToLowerInvariant()), CheckRules.StageNameCasing, $"{name} is written {name.ToLowerInvariant()}");
        }

        return TargetPlatform().IsMatch(text)
            ? Change(file, from, TargetPlatform().Replace(text, string.Empty), CheckRules.RedundantTargetPlatform, "--platform=$TARGETPLATFORM is gone: it is the default")
            : null;
    }

    private static FixStep? FixPair(FixedFile file, Instruction instruction, KeyValue pair, string text)
    {
        var keyword = instruction.Source.Keyword;
        var value = pair.Value.Trim();
        var isQuoted = value.Length > 1 && value[0] is '"' or '\'' && value[^1] == value[0] && value[1..^1].IndexOfAny(['"', '\'', '\\', '`']) < 0;
        if (instruction.Source.Lines.Start != instruction.Source.Lines.End || (!isQuoted && value.IndexOfAny(['"', '\'', '\\', '`']) >= 0))
        {
            file.Left.Add(new FixNote(instruction.Source.Lines.Start, CheckRules.LegacyKeyValueFormat.Name, "the value has quotes, escapes or several lines: which of them are meant is yours to say"));
            return null;
        }

        var written = isQuoted || value.IndexOfAny([' ', '\t']) < 0 ? value : $"\"{value}\"";
        var ending = text[text.TrimEnd('\r', '\n').Length..];
        var indent = text[..(text.Length - text.TrimStart().Length)];
        return Change(file, instruction, $"{indent}{keyword} {pair.Key}={written}{ending}", CheckRules.LegacyKeyValueFormat, $"{keyword} {pair.Key} is written with =");
    }

    private static FixStep? Change(FixedFile file, Instruction instruction, string text, CheckRule rule, string note)
    {
        if (text == file.TextOf(instruction) || !file.Allows(rule, instruction))
        {
            return null;
        }

        file.Replace(instruction, text);
        return FixStep.Of(instruction.Source.Lines.Start, rule, note);
    }

    private static string KeywordOf(string text, string keyword)
    {
        var start = text.Length - text.TrimStart().Length;
        return text[..start] + keyword + text[(start + keyword.Length)..];
    }

    [GeneratedRegex(@"^(\s*\S+[^\n]*?\s)([Aa][Ss])(\s+\S+\s*)\z")]
    private static partial Regex As();

    [GeneratedRegex(@"--platform=\$(?:TARGETPLATFORM|\{TARGETPLATFORM\})[ \t]+")]
    private static partial Regex TargetPlatform();

    [GeneratedRegex(@"(?<=[0-9])/(?=[a-z]*[A-Z])[A-Za-z]+")]
    private static partial Regex Protocol();

    [GeneratedRegex(@"(?<=\n)[ \t]*\r?\n")]
    private static partial Regex EmptyLine();
}
