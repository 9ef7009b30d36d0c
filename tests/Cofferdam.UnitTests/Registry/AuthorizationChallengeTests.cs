using Cofferdam.Registry.Authorization;
using Xunit;

namespace Cofferdam.UnitTests.Registry;

public sealed class AuthorizationChallengeTests
{
    [Fact]
    public void Parse_SeveralChallenges_KeepsThemApart()
    {
        var found = AuthorizationChallenge.Parse("Basic realm=\"a, \\\"b\\\"\", charset=utf-8, Bearer realm=\"https://x/t?a=b\",service=s , scope=\"r:a:pull,push r:b:pull\", Negotiate");

        Assert.Equal(["basic", "bearer", "negotiate"], found.Select(challenge => challenge.Scheme));
        Assert.Equal("a, \"b\"", found[0].Parameters["realm"]);
        Assert.Equal("https://x/t?a=b", found[1].Parameters["realm"]);
        Assert.Equal("s", found[1].Parameters["service"]);
        Assert.Equal("r:a:pull,push r:b:pull", found[1].Parameters["scope"]);
    }

    [Theory]
    [InlineData("")]
    [InlineData("=")]
    [InlineData("\"")]
    [InlineData("Bearer realm=\"open")]
    [InlineData("Bearer =,=\"\",")]
    public void Parse_Nonsense_Ends(string header) => AuthorizationChallenge.Parse(header);
}
