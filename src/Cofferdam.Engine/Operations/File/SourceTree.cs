using System.Collections.Immutable;
using Cofferdam.Linux;
using Cofferdam.Model;

namespace Cofferdam.Engine;

/// <summary>A tree that files are taken from: finds paths in it as BuildKit's copy does.</summary>
internal static class SourceTree
{
    /// <summary>The paths that a selector means, without the filters: one, or all that match its wildcards, a matched directory standing for what is in it.</summary>
    public static IReadOnlyList<string> Match(RootedDirectory root, string path, bool isWildcard, bool followsLinks)
    {
        var (literal, pattern) = SplitWildcards(path);
        if (!isWildcard || pattern.Length == 0)
        {
            return [Resolve(root, path, followsLinks)];
        }

        _ = GoPathMatch.IsMatch(pattern, pattern); // One that is malformed is an error also where there is nothing to match.
        var start = Resolve(root, literal, follow: true);
        if (!root.TryStat(start, out var stat))
        {
            throw new NotFoundException($"lstat /{literal}: no such file or directory") { MissingPath = literal };
        }

        if (!stat.IsDirectory)
        {
            return [];
        }

        var depth = pattern.Count(character => character == '/');
        var found = new List<string>();
        using var walker = new DirectoryWalker(root, start);
        while (walker.MoveNext())
        {
            if (!walker.Stat.IsWhiteout && GoPathMatch.IsMatch(pattern, walker.Path))
            {
                found.Add(start.Length == 0 ? walker.Path : start + "/" + walker.Path);
                walker.SkipChildren();
            }
            else if (walker.Depth >= depth)
            {
                walker.SkipChildren();
            }
        }

        return found;
    }

    /// <summary>The path without symlinks in its directories, and without one at its end where that is followed.</summary>
    public static string Resolve(RootedDirectory root, string path, bool follow) => root.ResolvePath(path, follow);

    /// <summary>The error for a path that is not there, with the names beside it.</summary>
    public static NotFoundException NotFound(RootedDirectory root, string path)
    {
        const int MaxNames = 10_000;
        var missing = Clean(path);
        var (first, directory) = FirstMissing(root, missing);
        var siblings = new List<string>();
        if (directory is not null)
        {
            using var walker = new DirectoryWalker(root, directory);
            while (siblings.Count < MaxNames && walker.MoveNext())
            {
                walker.SkipChildren();
                if (!walker.Stat.IsWhiteout)
                {
                    siblings.Add(walker.Name);
                }
            }
        }

        return new NotFoundException($"{Quote.Text("/" + missing)}: not found") { MissingPath = missing, FirstMissing = first, Siblings = siblings };
    }

    // The part of a path whose directory is there, with that directory.
    private static (string Part, string? Directory) FirstMissing(RootedDirectory root, string missing)
    {
        for (var part = missing; ;)
        {
            var slash = Math.Max(0, part.LastIndexOf('/'));
            var directory = Resolve(root, part[..slash], follow: true);
            if (root.TryStat(directory, out var stat))
            {
                return (part, stat.IsDirectory ? directory : null);
            }

            if (slash == 0)
            {
                return (part, null);
            }

            part = part[..slash];
        }
    }

    /// <summary>Whether text has wildcards that are not escaped.</summary>
    public static bool HasWildcards(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '\\')
            {
                i++;
            }
            else if (text[i] is '*' or '?' or '[')
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Walks what filters let through beneath a directory; a directory that is only passed through comes as not taken.</summary>
    public static IEnumerable<(DirectoryWalker At, bool IsTaken)> Walk(RootedDirectory root, string directory, ImmutableArray<string> include, ImmutableArray<string> exclude)
    {
        var includes = include.IsEmpty ? null : new PatternMatcher(include);
        var excludes = exclude.IsEmpty ? null : new PatternMatcher(exclude);
        var parents = new Stack<(PatternMatch Included, PatternMatch Excluded)>();
        using var walker = new DirectoryWalker(root, directory);
        while (walker.MoveNext())
        {
            if (walker.Stat.IsWhiteout)
            {
                continue;
            }

            if (includes is null && excludes is null)
            {
                yield return (walker, true);
                continue;
            }

            while (parents.Count > walker.Depth)
            {
                parents.Pop();
            }

            var parent = parents.Count > 0 ? parents.Peek() : default;
            var included = includes?.Matches(walker.Path, parent.Included) ?? new PatternMatch(true, null);
            var excluded = excludes?.Matches(walker.Path, parent.Excluded) ?? default;
            var isTaken = included.IsMatch && !excluded.IsMatch;
            if (walker.Stat.IsDirectory)
            {
                if ((!included.IsMatch && !includes!.MayMatchUnder(walker.Path, exceptionsOnly: false))
                    || (excluded.IsMatch && !excludes!.MayMatchUnder(walker.Path, exceptionsOnly: true)))
                {
                    walker.SkipChildren();
                    continue;
                }

                parents.Push((included, excluded));
            }

            if (isTaken || walker.Stat.IsDirectory)
            {
                yield return (walker, isTaken);
            }
        }
    }

    /// <summary>The directories before the first wildcard, and the rest; both clean.</summary>
    internal static (string Literal, string Pattern) SplitWildcards(string path)
    {
        var parts = Clean(path).Split('/', StringSplitOptions.RemoveEmptyEntries);
        var first = Array.FindIndex(parts, HasWildcards);
        return first < 0 ? (string.Join('/', parts), "") : (string.Join('/', parts[..first]), string.Join('/', parts[first..]));
    }

    /// <summary>The path without needless parts, as Go's path.Clean of an absolute one, with no slash before it.</summary>
    internal static string Clean(string path)
    {
        var parts = new List<string>();
        foreach (var part in path.Split('/'))
        {
            if (part == ".." && parts.Count > 0)
            {
                parts.RemoveAt(parts.Count - 1);
            }
            else if (part is not ("" or "." or ".."))
            {
                parts.Add(part);
            }
        }

        return string.Join('/', parts);
    }
}
