using System.Text.RegularExpressions;
using Cofferdam.Testing;

namespace Cofferdam.UnitTests.Dockerfile;

/// <summary>A page of docs/checks with its examples.</summary>
internal sealed partial record CheckPage(string Text, CheckExample Bad, CheckExample Good)
{
    public static CheckPage Read(string path)
    {
        var text = File.ReadAllText(Path.Combine(Repository.Root, path));
        var sections = Heading().Split(text);
        return new CheckPage(text, ReadExample(sections, "Bad"), ReadExample(sections, "Good"));
    }

    private static CheckExample ReadExample(string[] sections, string name)
    {
        var section = sections.First(item => item.StartsWith(name + "\n", StringComparison.Ordinal));
        var blocks = Fence().Matches(section).ToLookup(match => match.Groups[1].Value, match => match.Groups[2].Value);
        var files = blocks["context"].SelectMany(block => block.Split('\n', StringSplitOptions.RemoveEmptyEntries)).Select(line => line.Split(": ", 2)).Select(parts => (parts[0], parts[1] + "\n"));
        return new CheckExample(blocks["dockerfile"].Single(), [.. files]);
    }

    [GeneratedRegex("^## ", RegexOptions.Multiline)]
    private static partial Regex Heading();

    [GeneratedRegex(@"^```(\w+)\n(.*?)^```$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Fence();
}
