using System.Text;
using System.Text.RegularExpressions;

namespace Cofferdam.Dockerfile;

/// <summary>A Dockerfile's lines, which can be changed, and what they meant before.</summary>
internal sealed partial class FixedFile
{
    private static readonly byte[] Mark = [0xEF, 0xBB, 0xBF];

    private readonly List<string> _lines; // with their endings
    private readonly bool _hasMark;

    private FixedFile(DockerfileText text, List<string> lines, bool hasMark) => (Text, _lines, _hasMark) = (text, lines, hasMark);

    public DockerfileText Text { get; }

    /// <summary>What cannot be rewritten.</summary>
    public List<FixNote> Left { get; } = [];

    public static FixedFile Read(string fileName, ReadOnlyMemory<byte> content)
    {
        var source = new SourceText(fileName, content);
        var lines = LineWithEnding().Matches(source.Text).Select(match => match.Value).ToList();
        return new FixedFile(DockerfileText.Parse(source), lines, content.Span.StartsWith(Mark));
    }

    public byte[] Write() => [.. _hasMark ? Mark : [], .. Encoding.UTF8.GetBytes(string.Concat(_lines))];

    /// <summary>Whether the file, or a comment above the instruction, lets a rule be.</summary>
    public bool Allows(CheckRule rule, Instruction instruction)
    {
        try
        {
            var options = DirectiveReader.Find(Text.Source.Text, "check") is { } directive ? CheckOptions.Parse(directive.Value.Split(' ')[0]) : CheckOptions.Default;
            foreach (var comment in instruction.Source.Comments)
            {
                if (new DirectiveReader(string.Empty).Read(comment, 0) is { Name: "check" } own)
                {
                    options = options.With(CheckOptions.Parse(own.Value.Split(' ')[0]));
                }
            }

            return options.Allows(rule);
        }
        catch (CofferdamException)
        {
            return true; // the checks tell of it
        }
    }

    /// <summary>The lines of an instruction as they are written.</summary>
    public string TextOf(Instruction instruction) => string.Concat(_lines.Skip(instruction.Source.Lines.Start - 1).Take(instruction.Source.Lines.End - instruction.Source.Lines.Start + 1));

    /// <summary>Puts other text in place of an instruction. Instructions above stay where they are, so change the last one first.</summary>
    public void Replace(Instruction instruction, string text)
    {
        var (start, count) = (instruction.Source.Lines.Start - 1, instruction.Source.Lines.End - instruction.Source.Lines.Start + 1);
        _lines.RemoveRange(start, count);
        _lines.InsertRange(start, LineWithEnding().Matches(text).Select(match => match.Value));
    }

    /// <summary>Takes an instruction out.</summary>
    public void Remove(Instruction instruction) => Replace(instruction, string.Empty);

    /// <summary>A RUN's text with another mount.</summary>
    public static string WithMount(string text, string mount) => RunKeyword().Replace(text, match => $"{match.Value} --mount={mount} ".Replace("  ", " ", StringComparison.Ordinal), 1);

    /// <summary>A stage and those that are based on it, with the instructions that come after one of the stage.</summary>
    public List<Instruction> After(StageText stage, Instruction instruction)
    {
        var found = stage.Instructions.SkipWhile(item => item != instruction).Skip(1).ToList();
        foreach (var derived in Text.Stages.Where(item => item != stage && stage.From.Name is not null && item.From.Image.Equals(stage.From.Name, StringComparison.OrdinalIgnoreCase)))
        {
            found.AddRange(After(derived));
        }

        return found;
    }

    private List<Instruction> After(StageText stage)
    {
        var found = stage.Instructions.ToList();
        foreach (var derived in Text.Stages.Where(item => item != stage && stage.From.Name is not null && item.From.Image.Equals(stage.From.Name, StringComparison.OrdinalIgnoreCase)))
        {
            found.AddRange(After(derived));
        }

        return found;
    }

    [GeneratedRegex(@"[^\n]*\n|[^\n]+\z")]
    private static partial Regex LineWithEnding();

    [GeneratedRegex(@"^\s*[Rr][Uu][Nn][ \t]+")]
    private static partial Regex RunKeyword();
}
