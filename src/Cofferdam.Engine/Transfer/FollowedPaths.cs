using Cofferdam.Linux;
using Cofferdam.Model;

namespace Cofferdam.Engine;

/// <summary>Finds what paths mean whose parts may be symbolic links or patterns: the links and where they lead, all inside the root (fsutil FollowLinks).</summary>
internal sealed class FollowedPaths(RootedDirectory root)
{
    private const int MaximumLinks = 255;

    private readonly SortedSet<string> _found = new(StringComparer.Ordinal);
    private int _links;

    /// <summary>The include patterns for the paths; null when they mean the whole root.</summary>
    public IReadOnlyCollection<string>? Resolve(IEnumerable<string> paths)
    {
        foreach (var path in paths)
        {
            var parts = Normalize(path.Split('/'));
            if (parts.Count == 0)
            {
                return null;
            }

            Walk(string.Empty, parts);
        }

        // What lies under a path that is sent whole need not be named.
        return [.. _found.Where(path => !Parents(path).Any(_found.Contains)).Select(Escape)];
    }

    // What was found are names, which are to mean themselves as patterns.
    private static string Escape(string path) => path.AsSpan().ContainsAny("*?[")
        ? path.Replace("*", "\\*", StringComparison.Ordinal).Replace("?", "\\?", StringComparison.Ordinal).Replace("[", "\\[", StringComparison.Ordinal)
        : path;

    private static IEnumerable<string> Parents(string path)
    {
        for (var slash = path.LastIndexOf('/'); slash > 0; slash = path.LastIndexOf('/', slash - 1))
        {
            yield return path[..slash];
        }
    }

    private static List<string> Normalize(IEnumerable<string> parts)
    {
        var clean = new List<string>();
        foreach (var part in parts)
        {
            if (part == "..")
            {
                clean.RemoveRange(Math.Max(0, clean.Count - 1), Math.Min(1, clean.Count));
            }
            else if (part.Length > 0 && part != ".")
            {
                clean.Add(part);
            }
        }

        return clean;
    }

    private void Walk(string directory, List<string> parts)
    {
        if (parts.Count == 0)
        {
            _found.Add(directory);
            return;
        }

        foreach (var name in Names(directory, parts[0]))
        {
            var path = directory.Length == 0 ? name : directory + "/" + name;
            var rest = parts.GetRange(1, parts.Count - 1);
            if (root.TryStat(path, out var stat) && stat.IsSymlink && _links++ < MaximumLinks)
            {
                _found.Add(path);
                var target = root.ReadLink(path);
                var resolved = Normalize((target.StartsWith('/') ? target : directory + "/" + target).Split('/'));
                Walk(string.Empty, [.. resolved, .. rest]);
            }
            else
            {
                Walk(path, rest);
            }
        }
    }

    private List<string> Names(string directory, string part)
    {
        if (!GoPathMatch.HasWildcards(part))
        {
            return [part];
        }

        var names = new List<string>();
        if (directory.Length == 0 || (root.TryStat(directory, out var stat) && stat.IsDirectory))
        {
            using var walker = new DirectoryWalker(root, directory);
            while (walker.MoveNext())
            {
                walker.SkipChildren();
                if (GoPathMatch.IsMatch(part, walker.Name))
                {
                    names.Add(walker.Name);
                }
            }
        }

        return names;
    }
}
