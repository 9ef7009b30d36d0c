namespace Cofferdam.Dockerfile;

/// <summary>Which checks run: the value of <c># check=</c> or of BUILDKIT_DOCKERFILE_CHECK.</summary>
internal sealed record CheckOptions
{
    public static CheckOptions Default { get; } = new();

    public bool SkipsAll { get; init; }

    public ImmutableHashSet<string> Skipped { get; init; } = [];

    public bool IncludesAllExperimental { get; init; }

    public ImmutableHashSet<string> Experimental { get; init; } = [];

    /// <summary>Whether a hit fails the build.</summary>
    public bool FailsOnHit { get; init; }

    /// <summary>Reads <c>skip=A,B;error=true;experimental=all</c>.</summary>
    public static CheckOptions Parse(string text)
    {
        var options = Default;
        foreach (var part in text.Trim().Length == 0 ? [] : text.Trim().Split(';', 3))
        {
            var separator = part.IndexOf('=', StringComparison.Ordinal);
            var key = separator < 0 ? throw Invalid(part) : part[..separator].Trim();
            var value = part[(separator + 1)..].Trim();
            options = key switch
            {
                "skip" when value == "all" => options with { SkipsAll = true },
                "skip" => options with { Skipped = SplitNames(value) },
                "experimental" when value == "all" => options with { IncludesAllExperimental = true },
                "experimental" => options with { Experimental = SplitNames(value) },
                "error" => options with { FailsOnHit = GoBoolean.Parse(value) ?? throw NoBoolean(part, value) },
                _ => throw Invalid(key),
            };
        }

        return options;
    }

    /// <summary>These options with what a comment above an instruction adds.</summary>
    public CheckOptions With(CheckOptions more) => this with
    {
        SkipsAll = SkipsAll || more.SkipsAll,
        Skipped = Skipped.Union(more.Skipped),
        IncludesAllExperimental = IncludesAllExperimental || more.IncludesAllExperimental,
        Experimental = Experimental.Union(more.Experimental),
    };

    public bool Allows(CheckRule rule) => rule.IsExperimental ? IncludesAllExperimental || Experimental.Contains(rule.Name) : !SkipsAll && !Skipped.Contains(rule.Name);

    private static ImmutableHashSet<string> SplitNames(string value) => [.. value.Split(',', StringSplitOptions.TrimEntries)];

    private static CofferdamException NoBoolean(string part, string value) =>
        DockerfileError.Syntax($"failed to parse check option {Quote.Text(part)}: strconv.ParseBool: parsing {Quote.Text(value)}: invalid syntax", "write error=true");

    private static CofferdamException Invalid(string part) =>
        DockerfileError.Syntax($"invalid check option {Quote.Text(part)}", DockerfileError.Suggest(part, ["skip", "error", "experimental"]) ?? "write skip=RULE,RULE;error=true");
}
