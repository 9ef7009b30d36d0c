namespace Cofferdam.Dockerfile;

/// <summary>A Dockerfile that was understood.</summary>
/// <param name="Source">The text.</param>
/// <param name="Escape">The escape character.</param>
/// <param name="Arguments">ARG instructions before the first stage.</param>
/// <param name="Stages">The stages in order; at least one.</param>
/// <param name="EmptyContinuations">Lines at which instructions end that have an empty line among their continuation lines.</param>
internal sealed record DockerfileText(SourceText Source, char Escape, ImmutableArray<Instruction.Arg> Arguments, ImmutableArray<StageText> Stages, ImmutableArray<int> EmptyContinuations)
{
    /// <summary>Reads a Dockerfile; errors name the line.</summary>
    public static DockerfileText Parse(SourceText source)
    {
        if (source.Bytes.Length == 0)
        {
            throw new CofferdamException(ErrorCode.DockerfileSyntax, "the Dockerfile cannot be empty") { Hint = "a Dockerfile begins with FROM", Location = source.At(new LineRange(1, 1)) };
        }

        var parsed = DockerfileParser.Parse(source);
        var arguments = ImmutableArray.CreateBuilder<Instruction.Arg>();
        var stages = new List<(Instruction.From From, List<Instruction> Instructions)>();
        foreach (var raw in parsed.Instructions)
        {
            switch (Parse(raw, source))
            {
                case Instruction.From from:
                    stages.Add((from, []));
                    break;
                case Instruction.Arg argument when stages.Count == 0:
                    arguments.Add(argument);
                    break;
                case { } instruction when stages.Count > 0:
                    stages[^1].Instructions.Add(instruction);
                    break;
                default:
                    throw source.Locate(DockerfileError.Syntax("no build stage in current context", "begin with FROM: only ARG may stand before it"), raw.Lines);
            }
        }

        return stages.Count > 0
            ? new DockerfileText(source, parsed.Escape, arguments.ToImmutable(), [.. stages.Select(stage => new StageText(stage.From, [.. stage.Instructions]))], parsed.EmptyContinuations)
            : throw source.Locate(DockerfileError.Syntax("dockerfile contains no stages to build", "add FROM"), parsed.Instructions[^1].Lines);
    }

    private static Instruction Parse(RawInstruction raw, SourceText source)
    {
        try
        {
            return InstructionParser.Parse(raw);
        }
        catch (UnsupportedException error)
        {
            throw new UnsupportedException($"{error.Message} (line {raw.Lines.Start})", error) { Hint = error.Hint, Location = source.At(raw.Lines) };
        }
        catch (CofferdamException error)
        {
            throw source.Locate(new CofferdamException(error.Code, $"dockerfile parse error on line {raw.Lines.Start}: {error.Message}", error) { Hint = error.Hint }, raw.Lines);
        }
    }
}
