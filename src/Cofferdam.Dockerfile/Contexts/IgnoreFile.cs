using System.Text;

namespace Cofferdam.Dockerfile;

/// <summary>Reads <c>.dockerignore</c> files.</summary>
internal static class IgnoreFile
{
    /// <summary>The patterns in order, cleaned; those that bring files back begin with <c>!</c>.</summary>
    public static ImmutableArray<string> Parse(ReadOnlySpan<byte> content)
    {
        var patterns = ImmutableArray.CreateBuilder<string>();
        foreach (var line in Encoding.UTF8.GetString(content).TrimStart('\uFEFF').Split('\n'))
        {
            var pattern = line.Trim();
            if (line.StartsWith('#') || pattern.Length == 0)
            {
                continue;
            }

            var bringsBack = pattern.StartsWith('!');
            pattern = bringsBack ? pattern[1..].Trim() : pattern;
            if (pattern.Length > 0)
            {
                pattern = UnixPath.Clean(pattern);
                pattern = pattern.Length > 1 && pattern.StartsWith('/') ? pattern[1..] : pattern;
            }

            patterns.Add(bringsBack ? "!" + pattern : pattern);
        }

        return patterns.ToImmutable();
    }
}
