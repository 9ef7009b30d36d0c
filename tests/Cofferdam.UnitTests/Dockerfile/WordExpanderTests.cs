using Cofferdam.Dockerfile;
using Cofferdam.Model;
using Cofferdam.Protocol.Llb;
using Xunit;

namespace Cofferdam.UnitTests.Dockerfile;

public sealed class WordExpanderTests
{
    private static readonly EnvironmentList Variables = EnvironmentList.Empty.Set("A", "value").Set("E", string.Empty).Set("P", "/a/b/a/c.tar.gz").Set("W", "one two");

    [Theory]
    [InlineData("$A", "value")]
    [InlineData("${A}b$A-", "valuebvalue-")]
    [InlineData("$U", "")]
    [InlineData("$", "$")]
    [InlineData(@"\$A", "$A")]
    [InlineData(@"a\\b", @"a\b")]
    [InlineData("'$A'", "$A")]
    [InlineData("\"$A '\"", "value '")]
    [InlineData(@"""\$A \x \""""", @"$A \x """)]
    [InlineData("${U:-$A}", "value")]
    [InlineData("${E:-x}", "x")]
    [InlineData("${E-x}", "")]
    [InlineData("${U-x}", "x")]
    [InlineData("${A:+x}", "x")]
    [InlineData("${E:+x}", "")]
    [InlineData("${E+x}", "x")]
    [InlineData("${A:?no}", "value")]
    [InlineData("${P#*/}", "a/b/a/c.tar.gz")]
    [InlineData("${P##*/}", "c.tar.gz")]
    [InlineData("${P%.*}", "/a/b/a/c.tar")]
    [InlineData("${P%%.*}", "/a/b/a/c")]
    [InlineData("${P/a/x}", "/x/b/a/c.tar.gz")]
    [InlineData("${P//a/x}", "/x/b/x/c.txr.gz")]
    [InlineData(@"${P//\//-}", "-a-b-a-c.tar.gz")]
    [InlineData("${A/[a]/x}", "value")]
    [InlineData("$1st", "st")]
    public void Expand_ValidWord_GivesText(string word, string expected) => Assert.Equal(expected, new WordExpander('\\').Expand(word, Variables).Text);

    [Theory]
    [InlineData("${", "missing '}'")]
    [InlineData("${}", "bad substitution")]
    [InlineData("${:x}", "bad substitution")]
    [InlineData("${{A}}", "bad substitution")]
    [InlineData("${A", "missing '}'")]
    [InlineData("${A:-x", "missing '}'")]
    [InlineData("${A:#x}", "unsupported modifier (:#)")]
    [InlineData("${A!x}", "unsupported modifier (!)")]
    [InlineData("${A/x}", "missing '/' in ${}")]
    [InlineData("${U?}", "U: is not allowed to be unset")]
    [InlineData("${E:?}", "E: is not allowed to be empty")]
    [InlineData("${U:?give it}", "U: give it")]
    [InlineData("'x", "single-quote")]
    [InlineData("\"x", "double-quote")]
    public void Expand_InvalidWord_SaysWhy(string word, string expected) =>
        Assert.Contains(expected, Assert.ThrowsAny<CofferdamException>(() => new WordExpander('\\').Expand(word, Variables)).Message, StringComparison.Ordinal);

    [Fact]
    public void Expand_Words_AreCutAfterExpansionButNotInQuotes() =>
        Assert.Equal(["one", "two", "x y", "one two"], new WordExpander('\\').Expand("$W 'x y' \"$W\"", Variables).Words);

    [Fact]
    public void Expand_Backtick_Escapes() => Assert.Equal(@"c:\$A", new WordExpander('`').Expand(@"c:\`$A", Variables).Text);

    [Fact]
    public void Expand_MissingVariables_AreNamed()
    {
        var word = new WordExpander('\\').Expand("$A$U${V:-x}", Variables);
        Assert.Equal(["A"], word.Found);
        Assert.Equal(["U", "V"], word.Missing.Order());
    }
}
