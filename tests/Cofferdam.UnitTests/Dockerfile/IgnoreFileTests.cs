using System.Text;
using Cofferdam.Dockerfile;
using Xunit;

namespace Cofferdam.UnitTests.Dockerfile;

public sealed class IgnoreFileTests
{
    [Fact]
    public void Parse_Lines_GivesCleanPatterns() => Assert.Equal(
        ["a", "b/c", "**/*.o", "!keep", "#d", "!e/f", "/", "g"],
        IgnoreFile.Parse(Encoding.UTF8.GetBytes("\uFEFF# note\n/a/\n\n ./b//c \r\n**/*.o\n!keep\n #d\n! /e/f\n/\ng")));

    [Theory]
    [InlineData("/", "a", "/a")]
    [InlineData("/w", ".", "/w/")]
    [InlineData("/w", "", "/w/")]
    [InlineData("/w", "x/", "/w/x/")]
    [InlineData("/w", "/x/.", "/x/.")]
    [InlineData("/w", "../x", "/x")]
    [InlineData("/", "/", "/")]
    public void Destination_Path_KeepsWhatSaysDirectory(string directory, string path, string expected) => Assert.Equal(expected, UnixPath.Destination(directory, path));
}
