namespace Cofferdam.Dockerfile;

/// <summary>Understands COPY and ADD.</summary>
internal static class CopyParser
{
    public static Instruction.Copy ParseCopy(RawInstruction raw, InstructionSource source)
    {
        var words = ReadWords(raw);
        var flags = InstructionFlags.Parse(
            raw.Flags,
            ("chown", FlagKind.Text),
            ("from", FlagKind.Text),
            ("chmod", FlagKind.Text),
            ("link", FlagKind.Boolean),
            ("exclude", FlagKind.List),
            ("parents", FlagKind.Boolean));
        return new Instruction.Copy(source, ReadSources(raw, words), ReadCommon(flags) with
        {
            From = flags.Text("from"),
            KeepsParents = flags.Boolean("parents") ?? false,
        });
    }

    public static Instruction.Add ParseAdd(RawInstruction raw, InstructionSource source)
    {
        var words = ReadWords(raw);
        var flags = InstructionFlags.Parse(
            raw.Flags,
            ("chown", FlagKind.Text),
            ("chmod", FlagKind.Text),
            ("link", FlagKind.Boolean),
            ("keep-git-dir", FlagKind.Boolean),
            ("checksum", FlagKind.Text),
            ("unpack", FlagKind.Boolean),
            ("exclude", FlagKind.List));
        return new Instruction.Add(source, ReadSources(raw, words), ReadCommon(flags) with
        {
            Checksum = flags.Text("checksum"),
            KeepsGitDirectory = flags.Boolean("keep-git-dir"),
            Unpacks = flags.Boolean("unpack"),
        });
    }

    private static CopyFlags ReadCommon(InstructionFlags flags) => new()
    {
        Owner = flags.Text("chown"),
        Mode = flags.Text("chmod"),
        IsLink = flags.Boolean("link") ?? false,
        Excludes = flags.List("exclude"),
    };

    private static ImmutableArray<string> ReadWords(RawInstruction raw)
    {
        var words = ArgumentReader.ReadList(raw.Arguments);
        return words.Length >= 2
            ? words
            : throw DockerfileError.Syntax($"{raw.Name} requires at least two arguments, but only one was provided. Destination could not be determined", InstructionUsage.Of(raw.Name));
    }

    private static CopySources ReadSources(RawInstruction raw, ImmutableArray<string> words)
    {
        if (HeredocReader.Parse(words[^1]) is not null)
        {
            throw DockerfileError.Syntax($"{raw.Name} cannot accept a heredoc as a destination", "a heredoc is a source: the file it becomes is named last");
        }

        var paths = ImmutableArray.CreateBuilder<string>();
        var documents = ImmutableArray.CreateBuilder<Heredoc>();
        foreach (var word in words[..^1])
        {
            if (HeredocReader.Parse(word) is { } heredoc)
            {
                documents.Add(raw.Heredocs.LastOrDefault(document => document.Name == heredoc.Name) ?? heredoc);
            }
            else
            {
                paths.Add(word);
            }
        }

        return new CopySources(paths.ToImmutable(), documents.ToImmutable(), words[^1]);
    }
}
