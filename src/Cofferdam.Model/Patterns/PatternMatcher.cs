using System.Collections.Immutable;

namespace Cofferdam.Model;

/// <summary>Patterns of a <c>.dockerignore</c>: the last that matches a path or one of its parents decides, <c>!</c> takes back (moby/patternmatcher).</summary>
public sealed class PatternMatcher
{
    private readonly ImmutableArray<IgnorePattern> _patterns;

    /// <summary>Reads patterns; throws <see cref="InvalidInputException"/> for one that cannot be read. Empty ones are passed over.</summary>
    public PatternMatcher(IEnumerable<string> patterns) =>
        _patterns = [.. patterns.Select(IgnorePattern.Parse).OfType<IgnorePattern>()];

    /// <summary>Whether any pattern takes back what others match.</summary>
    public bool HasExceptions => _patterns.Any(pattern => pattern.IsException);

    /// <summary>Whether there is no pattern.</summary>
    public bool IsEmpty => _patterns.IsEmpty;

    /// <summary>Whether the path, relative and with slashes, is matched by itself or by one of its parents.</summary>
    public bool Matches(string path) => Matches(path, default).IsMatch;

    /// <summary>The same where what its parent directory gave is known: each level is matched once, however deep the tree.</summary>
    /// <param name="path">The path, relative and with slashes.</param>
    /// <param name="parent">What the parent directory gave; default where it is the root, or where the parents are to be matched as well.</param>
    public PatternMatch Matches(string path, PatternMatch parent)
    {
        var matched = new bool[_patterns.Length];
        var isMatch = false;
        for (var i = 0; i < _patterns.Length; i++)
        {
            matched[i] = (parent.Patterns is { } known ? known[i] : MatchesParents(_patterns[i], path)) || _patterns[i].Matches(path);
            if (matched[i])
            {
                isMatch = !_patterns[i].IsException;
            }
        }

        return new PatternMatch(isMatch, matched);
    }

    /// <summary>Whether something under a directory could be taken back (or, for include patterns, matched), so that it must be looked into.</summary>
    /// <param name="directory">The directory's path.</param>
    /// <param name="exceptionsOnly">Whether only patterns with <c>!</c> are meant.</param>
    public bool MayMatchUnder(string directory, bool exceptionsOnly) =>
        _patterns.Any(pattern => pattern.IsException == exceptionsOnly && pattern.MayMatchUnder(directory));

    private static bool MatchesParents(IgnorePattern pattern, string path)
    {
        for (var slash = path.IndexOf('/', StringComparison.Ordinal); slash > 0; slash = path.IndexOf('/', slash + 1))
        {
            if (pattern.Matches(path[..slash]))
            {
                return true;
            }
        }

        return false;
    }
}
