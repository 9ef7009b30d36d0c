namespace Cofferdam.Dockerfile;

/// <summary>The flags of an instruction, checked against those it knows.</summary>
internal sealed class InstructionFlags
{
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
                var near = NearMatch.Find(name, known.Select(item => item.Name));
                throw DockerfileError.Syntax($"unknown flag: {word}", near is null ? null : $"did you mean --{near}?");
            }

            result.Add(word, value, known.First(item => item.Name == name).Kind);
        }

        return result;
    }

    public string Text(string name) => _values.TryGetValue(name, out var values) ? values[0] : string.Empty;

    public ImmutableArray<string> List(string name) => _values.TryGetValue(name, out var values) ? [.. values] : [];

    /// <summary>Null when the flag is not given.</summary>
    public bool? Boolean(string name) => _values.TryGetValue(name, out var values) ? values[0] == "true" : null;

    private void Add(string word, string? value, FlagKind kind)
    {
        var name = word[2..];
        if (!_values.TryGetValue(name, out var values))
        {
            _values.Add(name, values = []);
        }
        else if (kind != FlagKind.List)
        {
            throw DockerfileError.Syntax($"duplicate flag specified: {word}");
        }

        if (kind == FlagKind.Boolean ? value is { Length: 0 } : value is null)
        {
            throw DockerfileError.Syntax($"missing a value on flag: {word}");
        }

        values.Add(kind != FlagKind.Boolean ? value! : value?.ToLowerInvariant() switch
        {
            null or "true" => "true",
            "false" => "false",
            _ => throw DockerfileError.Syntax($"expecting boolean value for flag {word}, not: {value}"),
        });
    }
}
