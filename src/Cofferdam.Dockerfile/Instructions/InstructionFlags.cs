namespace Cofferdam.Dockerfile;

/// <summary>The flags of an instruction, checked against those it knows.</summary>
internal sealed class InstructionFlags
{
    private static readonly (string Instructions, string[] Flags)[] Owners =
    [
        ("ADD", ["checksum", "keep-git-dir", "unpack"]),
        ("COPY", ["from", "parents"]),
        ("COPY and ADD", ["chmod", "chown", "exclude", "link"]),
        ("FROM", ["platform"]),
        ("HEALTHCHECK CMD", ["interval", "retries", "start-interval", "start-period", "timeout"]),
        ("RUN", ["device", "mount", "network", "security"]),
    ];

    private readonly Dictionary<string, List<string>> _values = [];

    private InstructionFlags()
    {
    }

    /// <summary>Reads flags; those not in <paramref name="known"/> are errors.</summary>
    public static InstructionFlags Parse(ImmutableArray<string> flags, params IReadOnlyList<(string Name, FlagKind Kind)> known)
    {
        var result = new InstructionFlags();
        foreach (var flag in flags)
        {
            var separator = flag.IndexOf('=', StringComparison.Ordinal);
            var word = separator < 0 ? flag : flag[..separator];
            var value = separator < 0 ? null : flag[(separator + 1)..];
            var name = word[2..];
            if (!known.Any(item => item.Name == name))
            {
                throw DockerfileError.Syntax($"unknown flag: {word}", Explain(name, [.. known.Select(item => item.Name)]));
            }

            result.Add(word, value, known.First(item => item.Name == name).Kind);
        }

        return result;
    }

    public string Text(string name) => _values.TryGetValue(name, out var values) ? values[0] : string.Empty;

    public ImmutableArray<string> List(string name) => _values.TryGetValue(name, out var values) ? [.. values] : [];

    /// <summary>Null when the flag is not given.</summary>
    public bool? Boolean(string name) => _values.TryGetValue(name, out var values) ? values[0] == "true" : null;

    private static string Explain(string name, IReadOnlyCollection<string> known)
    {
        if (NearMatch.Find(name, known) is { } near)
        {
            return $"did you mean --{near}?";
        }

        var owner = Owners.FirstOrDefault(item => item.Flags.Contains(name)).Instructions;
        return owner is not null ? $"--{name} is a flag of {owner}"
            : known.Count == 0 ? "this instruction has no flags; what begins with -- and is none goes behind a word that is just --"
            : $"its flags are {string.Join(", ", known.Select(flag => "--" + flag))}";
    }

    private void Add(string word, string? value, FlagKind kind)
    {
        var name = word[2..];
        if (!_values.TryGetValue(name, out var values))
        {
            _values.Add(name, values = []);
        }
        else if (kind != FlagKind.List)
        {
            throw DockerfileError.Syntax($"duplicate flag specified: {word}", "give it once");
        }

        if (kind == FlagKind.Boolean ? value is { Length: 0 } : value is null)
        {
            throw DockerfileError.Syntax($"missing a value on flag: {word}", kind == FlagKind.Boolean ? $"write {word} or {word}=true" : $"write {word}=value");
        }

        values.Add(kind != FlagKind.Boolean ? value! : value?.ToLowerInvariant() switch
        {
            null or "true" => "true",
            "false" => "false",
            _ => throw DockerfileError.Syntax($"expecting boolean value for flag {word}, not: {value}", $"write {word}=true or {word}=false"),
        });
    }
}
