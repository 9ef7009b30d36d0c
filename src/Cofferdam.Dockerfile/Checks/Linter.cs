namespace Cofferdam.Dockerfile;

/// <summary>Tells of hits of checks, where the options let it.</summary>
/// <param name="options">Which checks run.</param>
/// <param name="source">The text checked.</param>
/// <param name="warn">Takes hits; null where nobody asks for them.</param>
internal sealed class Linter(CheckOptions options, SourceText source, Action<FrontendWarning>? warn)
{
    private readonly SortedDictionary<string, LineRange> _hits = new(StringComparer.Ordinal);

    private Linter(Linter parent, CheckOptions options, SourceText source, Action<FrontendWarning>? warn)
        : this(options, source, warn) => (_hits, Harmless) = (parent._hits, parent.Harmless);

    /// <summary>Files of the context that were looked into and have no credentials, whatever their names say.</summary>
    public IReadOnlySet<string> Harmless { get; set; } = ImmutableHashSet<string>.Empty;

    /// <summary>A linter for one instruction, narrowed by <c># check=</c> in comments above it.</summary>
    public Linter For(ImmutableArray<string> comments)
    {
        foreach (var comment in comments)
        {
            if (new DirectiveReader(string.Empty).Read(comment, 0) is { Name: "check" } directive)
            {
                try
                {
                    return new Linter(this, options.With(CheckOptions.Parse(directive.Value.Split(' ')[0])), source, warn);
                }
                catch (CofferdamException)
                {
                    return this; // a comment that only looks like it
                }
            }
        }

        return this;
    }

    public void Run(CheckRule rule, LineRange lines, params string[] words)
    {
        if (warn is not null && options.Allows(rule))
        {
            _hits.TryAdd(rule.Name, lines);
            warn(new FrontendWarning(rule.Name, rule.Say(words), rule.Description, rule.Url, source.At(lines)));
        }
    }

    /// <summary>Fails the build where it is to fail on hits and there were some.</summary>
    public void ThrowOnHits()
    {
        if (options.FailsOnHit && _hits.Count > 0)
        {
            throw source.Locate(
                DockerfileError.Meaning($"lint violation found for rules: {string.Join(", ", _hits.Keys)}", "hits fail the build because of check=error=true, in the Dockerfile or in BUILDKIT_DOCKERFILE_CHECK"),
                _hits.Values.MinBy(lines => lines.Start));
        }
    }
}
