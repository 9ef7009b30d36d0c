using System.Text.RegularExpressions;
using Cofferdam.Model;
using Xunit;

namespace Cofferdam.UnitTests.Model.Patterns;

public sealed class GlobTests
{
    // What moby/patternmatcher makes of each pattern, as the expression that it would be.
    [Fact]
    public void IsMatch_OfAnyPattern_IsThatOfTheExpression()
    {
        var random = new Random(1);
        var matches = 0;
        for (var i = 0; i < 50_000; i++)
        {
            var pattern = new string(random.GetItems<char>("ab/**?\\[^-]", random.Next(1, 10)));
            if (Glob.Parse(pattern) is not { } glob)
            {
                continue;
            }

            var expression = ToExpression(pattern);
            for (var j = 0; j < 5; j++)
            {
                var path = new string(random.GetItems<char>("ab/", random.Next(0, 8)));
                Assert.True(expression.IsMatch(path) == glob.IsMatch(path), $"{pattern} {path}");
                matches += glob.IsMatch(path) ? 1 : 0;
            }
        }

        Assert.True(matches > 1000);
    }

    [Fact]
    public void IsMatch_OfLongPattern_IsExact()
    {
        var pattern = string.Concat(Enumerable.Repeat("a*b?", 100)) + "**/c";
        var path = string.Concat(Enumerable.Repeat("axxbx", 100));

        Assert.True(Glob.Parse(pattern)!.IsMatch(path + "c"));
        Assert.True(Glob.Parse(pattern)!.IsMatch(path + "/d/c"));
        Assert.False(Glob.Parse(pattern)!.IsMatch(path + "dc"));
    }

    private static Regex ToExpression(string pattern)
    {
        var text = Regex.Replace(pattern, @"\[\^?[^][^*?\\]+\]|\*\*/?\z|\*\*/?|\*|\?|\\.|.", match => match.Value switch
        {
            "**" or "**/" when match.Index + match.Length == pattern.Length => ".*",
            "**" or "**/" => "(.*/)?",
            "*" => "[^/]*",
            "?" => "[^/]",
            ['[', _, ..] => match.Value,
            ['\\', var escaped] => Regex.Escape(escaped.ToString()),
            _ => Regex.Escape(match.Value),
        });
        return new Regex($@"^{text}\z", RegexOptions.Singleline);
    }
}
