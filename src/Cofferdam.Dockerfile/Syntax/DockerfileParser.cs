using System.Text;

namespace Cofferdam.Dockerfile;

/// <summary>Cuts the text of a Dockerfile into instructions.</summary>
internal sealed class DockerfileParser
{
    // Go's bufio.MaxScanTokenSize less one, without the line's end.
    private const int LineBytes = 65535;

    private readonly SourceText _source;
    private readonly List<string> _lines;
    private readonly DirectiveReader _directives = new();
    private readonly List<string> _comments = [];
    private readonly ImmutableArray<int>.Builder _emptyContinuations = ImmutableArray.CreateBuilder<int>();
    private char _escape = '\\';
    private int _next; // the index of the next line, and so the number of the current one

    private DockerfileParser(SourceText source)
    {
        _source = source;
        _lines = SplitLines(source.Text);
    }

    /// <summary>Cuts a text; errors point at lines.</summary>
    public static ParsedDockerfile Parse(SourceText source)
    {
        var parser = new DockerfileParser(source);
        return parser.Parse();
    }

    private ParsedDockerfile Parse()
    {
        var instructions = ImmutableArray.CreateBuilder<RawInstruction>();
        while (_next < _lines.Count)
        {
            if (ReadInstruction() is { } instruction)
            {
                instructions.Add(instruction);
                _comments.Clear();
            }
        }

        return instructions.Count > 0
            ? new ParsedDockerfile(instructions.ToImmutable(), _escape, _emptyContinuations.ToImmutable())
            : throw new CofferdamException(ErrorCode.DockerfileSyntax, "file with no instructions")
            {
                Hint = "a Dockerfile begins with FROM",
                Location = _source.At(new LineRange(Math.Max(1, _lines.Count), Math.Max(1, _lines.Count))),
            };
    }

    private RawInstruction? ReadInstruction()
    {
        var start = _next + 1;
        try
        {
            var line = ReadLine().TrimStart();
            if (line.StartsWith('#') || line.Length == 0)
            {
                ReadComment(line);
                return null;
            }

            _directives.Read(line, start); // whatever it is, it ends the block
            var text = new StringBuilder();
            var isContinued = TrimContinuation(ref line);
            text.Append(line);
            if (isContinued)
            {
                ReadContinuation(text);
            }

            var instruction = InstructionSplitter.Split(text.ToString(), _escape);
            CheckArguments(instruction);
            return instruction with { Heredocs = ReadHeredocs(instruction), Lines = new LineRange(start, _next), Comments = [.. _comments] };
        }
        catch (CofferdamException error)
        {
            throw _source.Locate(error, new LineRange(start, Math.Max(start, _next)));
        }
    }

    // Words are looked at as each instruction is cut, before the meaning of any.
    private void CheckArguments(RawInstruction instruction)
    {
        switch (instruction.Name)
        {
            case "ADD" or "CMD" or "COPY" or "ENTRYPOINT" or "RUN" or "SHELL" or "VOLUME":
                ArgumentReader.TryReadJson(instruction.Arguments, out _);
                break;
            case "ENV" or "LABEL":
                ArgumentReader.CheckPairs(instruction.Arguments, _escape, instruction.Name);
                break;
            case "ONBUILD":
                CheckArguments(InstructionSplitter.Split(instruction.Arguments, _escape));
                break;
        }
    }

    private string ReadLine()
    {
        var line = _lines[_next];
        if (IsTooLong(line))
        {
            // The line before is the last that was read.
            throw _source.Locate(DockerfileError.Syntax($"dockerfile line greater than max allowed size of {LineBytes}", $"break the line with {_escape} at the ends of its parts"), new LineRange(Math.Max(1, _next), Math.Max(1, _next)));
        }

        _next++;
        return line.TrimEnd('\r', '\n');
    }

    private void ReadComment(string line)
    {
        if (_directives.Read(line, _next) is { } directive)
        {
            if (directive.Name == "escape")
            {
                _escape = directive.Value is "\\" or "`"
                    ? directive.Value[0]
                    : throw DockerfileError.Syntax($"invalid escape token '{directive.Value}' does not match ` or \\", "write # escape=` or # escape=\\");
            }

            return;
        }

        var comment = line.TrimStart('#').Trim();
        if (comment.Length == 0)
        {
            _comments.Clear();
        }
        else
        {
            _comments.Add(comment);
        }
    }

    private void ReadContinuation(StringBuilder text)
    {
        var hasEmptyLine = false;
        var isContinued = true;
        while (isContinued && _next < _lines.Count)
        {
            var line = ReadLine();
            var trimmed = line.AsSpan().TrimStart();
            if (trimmed.StartsWith("#"))
            {
                continue;
            }

            if (trimmed.IsEmpty)
            {
                hasEmptyLine = true;
                continue;
            }

            isContinued = TrimContinuation(ref line);
            text.Append(line);
        }

        if (hasEmptyLine)
        {
            _emptyContinuations.Add(_next);
        }
    }

    // The escape character at the end of a line joins it with the next, unless another one stands before it.
    private bool TrimContinuation(ref string line)
    {
        var trimmed = line.TrimEnd(' ', '\t');
        if (!trimmed.EndsWith(_escape) || (trimmed.Length > 1 && trimmed[^2] == _escape))
        {
            return false;
        }

        line = trimmed[..^1];
        return true;
    }

    private ImmutableArray<Heredoc> ReadHeredocs(RawInstruction instruction)
    {
        var inner = instruction.Name == "ONBUILD" ? InstructionSplitter.Split(instruction.Arguments, _escape) : instruction;
        if (inner.Name is not ("RUN" or "COPY" or "ADD") || !instruction.Original.Contains("<<", StringComparison.Ordinal) || ArgumentReader.TryReadJson(inner.Arguments, out _))
        {
            return [];
        }

        return [.. HeredocReader.FindAll(instruction.Original).Select(heredoc => heredoc with { Content = ReadHeredoc(heredoc) })];
    }

    private string ReadHeredoc(Heredoc heredoc)
    {
        var content = new StringBuilder();
        var start = _next;
        while (_next < _lines.Count)
        {
            var line = _lines[_next];
            if (IsTooLong(line))
            {
                throw DockerfileError.Syntax("unterminated heredoc", $"line {_next + 1} is longer than the {LineBytes} bytes that a line may have: copy a file instead");
            }

            _next++;
            var end = line.TrimEnd('\r', '\n');
            if ((heredoc.IsChomped ? end.TrimStart('\t') : end) == heredoc.Name)
            {
                return content.ToString();
            }

            content.Append(line);
        }

        var near = _lines.FindIndex(start, line => line.Trim() == heredoc.Name);
        throw DockerfileError.Syntax("unterminated heredoc", near < 0
            ? $"end it with a line {Quote.Text(heredoc.Name)}"
            : $"line {near + 1} has spaces besides {Quote.Text(heredoc.Name)}: nothing may stand before or behind it{(heredoc.IsChomped ? " but tabs before it" : string.Empty)}");
    }

    private static bool IsTooLong(string line) => Encoding.UTF8.GetByteCount(line) - (line.EndsWith('\n') ? 1 : 0) > LineBytes;

    private static List<string> SplitLines(string text)
    {
        var lines = new List<string>();
        for (var start = 0; start < text.Length;)
        {
            var end = text.IndexOf('\n', start) is >= 0 and var found ? found + 1 : text.Length;
            lines.Add(text[start..end]);
            start = end;
        }

        return lines;
    }
}
