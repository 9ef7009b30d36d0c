using System.Text;
using System.Text.RegularExpressions;

namespace Cofferdam.Dockerfile;

/// <summary>Understands instructions one by one.</summary>
internal static partial class InstructionParser
{
    private static readonly string[] Names =
    [
        "ADD", "ARG", "CMD", "COPY", "ENTRYPOINT", "ENV", "EXPOSE", "FROM", "HEALTHCHECK", "LABEL", "MAINTAINER", "ONBUILD", "RUN", "SHELL", "STOPSIGNAL", "USER", "VOLUME", "WORKDIR",
    ];

    /// <summary>Understands one instruction.</summary>
    public static Instruction Parse(RawInstruction raw)
    {
        var source = new InstructionSource(raw.Keyword, raw.Original.Trim(), raw.Lines, raw.Comments);
        return raw.Name switch
        {
            "FROM" => ParseFrom(raw, source),
            "ARG" => ParseArg(raw, source),
            "ENV" => new Instruction.Env(source, ReadPairs(raw)),
            "LABEL" => new Instruction.Label(source, ReadPairs(raw)),
            "MAINTAINER" => new Instruction.Maintainer(source, ReadOne(raw)),
            "RUN" => ParseRun(raw, source),
            "COPY" => CopyParser.ParseCopy(raw, source),
            "ADD" => CopyParser.ParseAdd(raw, source),
            "WORKDIR" => new Instruction.Workdir(source, ReadOne(raw)),
            "USER" => new Instruction.User(source, ReadOne(raw)),
            "CMD" => new Instruction.Cmd(source, ReadCommand(WithoutFlags(raw))),
            "ENTRYPOINT" => new Instruction.Entrypoint(source, ReadCommand(WithoutFlags(raw))),
            "EXPOSE" => new Instruction.Expose(source, [.. AtLeastOne(WithoutFlags(raw), ArgumentReader.SplitSpaces(raw.Arguments)).Order(StringComparer.Ordinal)]),
            "VOLUME" => ParseVolume(raw, source),
            "HEALTHCHECK" => HealthcheckParser.Parse(raw, source),
            "SHELL" => ParseShell(raw, source),
            "STOPSIGNAL" => new Instruction.StopSignal(source, ReadOne(raw)),
            "ONBUILD" => ParseOnBuild(raw, source),
            _ => throw DockerfileError.Syntax($"unknown instruction: {raw.Keyword}", DockerfileError.Suggest(raw.Keyword, Names) ?? Explain(raw)),
        };
    }

    // What is no word at all is most often the rest of a command.
    private static string Explain(RawInstruction raw) => raw.Keyword.All(char.IsAsciiLetter)
        ? $"instructions are {string.Join(", ", Names)}; what belongs to the line before needs {raw.Escape} at that line's end"
        : $"if it belongs to the line before, that line needs {raw.Escape} at its end";

    private static RawInstruction WithoutFlags(RawInstruction raw)
    {
        InstructionFlags.Parse(raw.Flags);
        return raw;
    }

    private static ImmutableArray<string> AtLeastOne(RawInstruction raw, ImmutableArray<string> arguments) =>
        arguments.IsEmpty ? throw DockerfileError.Syntax($"{raw.Name} requires at least one argument", InstructionUsage.Of(raw.Name)) : arguments;

    private static string ReadOne(RawInstruction raw) =>
        WithoutFlags(raw).Arguments is { Length: > 0 } text ? text : throw DockerfileError.Syntax($"{raw.Name} requires exactly one argument", InstructionUsage.Of(raw.Name));

    private static ImmutableArray<KeyValue> ReadPairs(RawInstruction raw) => ArgumentReader.ReadPairs(WithoutFlags(raw).Arguments, raw.Escape, raw.Name);

    private static CommandLine ReadCommand(RawInstruction raw) => ArgumentReader.TryReadJson(raw.Arguments, out var items)
        ? new CommandLine(items, IsShellForm: false, raw.Heredocs)
        : new CommandLine(raw.Arguments.Length == 0 ? [] : [raw.Arguments], IsShellForm: true, raw.Heredocs);

    private static Instruction.From ParseFrom(RawInstruction raw, InstructionSource source)
    {
        var words = ArgumentReader.SplitSpaces(raw.Arguments);
        if (words.Length != 1 && (words.Length != 3 || !words[1].Equals("as", StringComparison.OrdinalIgnoreCase)))
        {
            throw DockerfileError.Syntax("FROM requires either one or three arguments", "write FROM image or FROM image AS name");
        }

        var name = words.Length == 3 ? words[2].ToLowerInvariant() : null;
        if (name is not null && !StageName().IsMatch(name))
        {
            throw DockerfileError.Syntax(
                $"invalid name for build stage: {Quote.Text(words[2])}, name can't start with a number or contain symbols", "begin it with a letter; letters, digits, \"-\", \"_\" and \".\" may follow");
        }

        var flags = InstructionFlags.Parse(raw.Flags, ("platform", FlagKind.Text));
        return new Instruction.From(source, words[0], name, flags.Text("platform"), Describe(raw, name))
        {
            WrittenName = words.Length == 3 ? words[2] : null,
            AsKeyword = words.Length == 3 ? words[1] : null,
        };
    }

    private static Instruction.Arg ParseArg(RawInstruction raw, InstructionSource source)
    {
        var words = AtLeastOne(WithoutFlags(raw), ArgumentReader.SplitWords(raw.Arguments, raw.Escape));
        return new Instruction.Arg(source, [.. words.Select(word =>
        {
            var separator = word.IndexOf('=', StringComparison.Ordinal);
            var key = separator < 0 ? word : word[..separator];
            return key.Length > 0
                ? new ArgumentDefinition(key, separator < 0 ? null : word[(separator + 1)..], Describe(raw, key))
                : throw DockerfileError.Syntax("ARG names can not be blank", InstructionUsage.Of(raw.Name));
        })]);
    }

    private static Instruction.Run ParseRun(RawInstruction raw, InstructionSource source)
    {
        var flags = InstructionFlags.Parse(raw.Flags, ("mount", FlagKind.List), ("network", FlagKind.Text), ("security", FlagKind.Text), ("device", FlagKind.List));
        var mounts = flags.List("mount");
        foreach (var mount in mounts)
        {
            RunMountParser.CheckFrom(mount);
        }

        return new Instruction.Run(
            source,
            ReadCommand(raw),
            mounts,
            Choose("network", flags.Text("network"), "default", "none", "host"),
            Choose("security", flags.Text("security"), "sandbox", "insecure"),
            [.. flags.List("device").Select(RunDevice.Parse)]);
    }

    private static string Choose(string flag, string value, params string[] known) => value.Length == 0 || known.Contains(value)
        ? value
        : throw DockerfileError.Syntax($"invalid {flag} mode {Quote.Text(value)}", DockerfileError.Suggest(value, known) ?? $"use one of {string.Join(", ", known)}");

    private static Instruction.Volume ParseVolume(RawInstruction raw, InstructionSource source)
    {
        var paths = AtLeastOne(WithoutFlags(raw), ArgumentReader.ReadList(raw.Arguments)).Select(path => path.Trim()).ToImmutableArray();
        return paths.Contains(string.Empty)
            ? throw DockerfileError.Syntax("VOLUME specified can not be an empty string", InstructionUsage.Of(raw.Name))
            : new Instruction.Volume(source, paths);
    }

    private static Instruction.Shell ParseShell(RawInstruction raw, InstructionSource source) => ArgumentReader.TryReadJson(WithoutFlags(raw).Arguments, out var items)
        ? new Instruction.Shell(source, AtLeastOne(raw, items))
        : throw DockerfileError.Syntax(
            raw.Arguments.Length == 0 ? "SHELL requires at least one argument" : $"SHELL requires the arguments to be in JSON form, found {Quote.Text(raw.Arguments)}",
            InstructionUsage.Of(raw.Name));

    private static Instruction.OnBuild ParseOnBuild(RawInstruction raw, InstructionSource source)
    {
        var trigger = InstructionSplitter.Split(AtLeastOne(WithoutFlags(raw), raw.Arguments.Length == 0 ? [] : [raw.Arguments])[0], raw.Escape).Name;
        switch (trigger)
        {
            case "ONBUILD":
                throw DockerfileError.Syntax("Chaining ONBUILD via `ONBUILD ONBUILD` isn't allowed", "write the instruction itself behind one ONBUILD");
            case "FROM" or "MAINTAINER":
                throw DockerfileError.Syntax(
                    $"{trigger} isn't allowed as an ONBUILD trigger", trigger == "FROM" ? "triggers run in the stage that is based on this image, behind its own FROM" : "use LABEL org.opencontainers.image.authors=");
        }

        var text = new StringBuilder(OnBuildKeyword().Replace(raw.Original, string.Empty));
        foreach (var heredoc in raw.Heredocs)
        {
            text.Append('\n').Append(heredoc.Content).Append(heredoc.Name);
        }

        return new Instruction.OnBuild(source, text.ToString());
    }

    private static string Describe(RawInstruction raw, string? name) => name is null
        ? string.Empty
        : raw.Comments.FirstOrDefault(line => line.StartsWith(name + " ", StringComparison.Ordinal))?[(name.Length + 1)..] ?? string.Empty;

    [GeneratedRegex(@"^[a-z][a-z0-9-_.]*\z")]
    private static partial Regex StageName();

    [GeneratedRegex(@"^\s*ONBUILD\s*", RegexOptions.IgnoreCase)]
    private static partial Regex OnBuildKeyword();
}
