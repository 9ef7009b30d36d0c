using Cofferdam.Engine;
using Cofferdam.Model;
using Cofferdam.Protocol.Llb;
using Cofferdam.Protocol.SourcePolicy;
using Google.Protobuf;
using Xunit;
using MatchType = Cofferdam.Protocol.SourcePolicy.MatchType;

namespace Cofferdam.UnitTests.Engine.Sources;

public sealed class SourcePoliciesTests
{
    [Theory]
    [InlineData("docker-image://docker.io/library/busybox:1", MatchType.Wildcard, "docker-image://docker.io/library/busybox:1", true)]
    [InlineData("docker-image://docker.io/library/*", MatchType.Wildcard, "docker-image://docker.io/library/busybox:1", true)]
    [InlineData("docker-image://docker.io/library/*", MatchType.Wildcard, "docker-image://docker.io/other/busybox:1", false)]
    [InlineData("docker-image://*", MatchType.Exact, "docker-image://busybox", false)]
    [InlineData("^https?://example\\.com/", MatchType.Regex, "http://example.com/file", true)]
    [InlineData("^https?://example\\.com/", MatchType.Regex, "http://example.org/file", false)]
    public void Deny_Pattern_IsForWhatItMatches(string pattern, MatchType type, string identifier, bool isDenied)
    {
        var policies = PolicyOf(new Rule { Action = PolicyAction.Deny, Selector = new Selector { Identifier = pattern, MatchType = type } });

        if (isDenied)
        {
            Assert.Contains("denied by policy", Assert.Throws<InvalidInputException>(() => policies.Apply(new SourceOp { Identifier = identifier })).Message, StringComparison.Ordinal);
        }
        else
        {
            Assert.Equal(identifier, policies.Apply(new SourceOp { Identifier = identifier }).Identifier);
        }
    }

    [Fact]
    public void AllowAndDeny_ThatBothMatch_LastDecides()
    {
        var deny = new Rule { Action = PolicyAction.Deny, Selector = new Selector { Identifier = "*" } };
        var allow = new Rule { Action = PolicyAction.Allow, Selector = new Selector { Identifier = "http://a/*" } };

        Assert.NotNull(PolicyOf(deny, allow).Apply(new SourceOp { Identifier = "http://a/b" }));
        Assert.Throws<InvalidInputException>(() => PolicyOf(allow, deny).Apply(new SourceOp { Identifier = "http://a/b" }));
    }

    [Theory]
    [InlineData("docker-image://docker.io/library/golang:*", MatchType.Wildcard, "docker-image://docker.io/library/golang:${1}-alpine", "docker-image://docker.io/library/golang:1.19", "docker-image://docker.io/library/golang:1.19-alpine")]
    [InlineData("^http://(.*)$", MatchType.Regex, "https://${1}", "http://a/b", "https://a/b")]
    [InlineData("http://a/b", MatchType.Exact, "https://c/d", "http://a/b", "https://c/d")]
    public void Convert_Target_HasWhatWasMatched(string pattern, MatchType type, string target, string identifier, string expected)
    {
        var rule = new Rule { Action = PolicyAction.Convert, Selector = new Selector { Identifier = pattern, MatchType = type }, Updates = new Update { Identifier = target, Attrs = { ["http.checksum"] = "x" } } };
        if (type == MatchType.Wildcard)
        {
            rule.Selector.Constraints.Add(new AttrConstraint { Key = "http.checksum", Value = "x", Condition = AttrMatch.Notequal });
        }

        var converted = PolicyOf(rule).Apply(new SourceOp { Identifier = identifier });

        Assert.Equal((expected, "x"), (converted.Identifier, converted.Attrs["http.checksum"]));
    }

    [Fact]
    public void Convert_InACircle_IsRefused()
    {
        var there = new Rule { Action = PolicyAction.Convert, Selector = new Selector { Identifier = "http://a" }, Updates = new Update { Identifier = "http://b" } };
        var back = new Rule { Action = PolicyAction.Convert, Selector = new Selector { Identifier = "http://b" }, Updates = new Update { Identifier = "http://a" } };

        Assert.Throws<InvalidInputException>(() => PolicyOf(there, back).Apply(new SourceOp { Identifier = "http://a" }));
    }

    [Theory]
    [InlineData(AttrMatch.Equal, "one", true)]
    [InlineData(AttrMatch.Equal, "two", false)]
    [InlineData(AttrMatch.Notequal, "two", true)]
    [InlineData(AttrMatch.Matches, "^o", true)]
    [InlineData(AttrMatch.Matches, "^t", false)]
    public void Constraint_OfAttribute_DecidesWhetherTheRuleCounts(AttrMatch condition, string value, bool isDenied)
    {
        var selector = new Selector { Identifier = "*", Constraints = { new AttrConstraint { Key = "k", Value = value, Condition = condition } } };
        var policies = PolicyOf(new Rule { Action = PolicyAction.Deny, Selector = selector });
        var source = new SourceOp { Identifier = "http://a", Attrs = { ["k"] = "one" } };

        Assert.Equal(isDenied, Record.Exception(() => policies.Apply(source)) is InvalidInputException);
    }

    private static SourcePolicies PolicyOf(params IEnumerable<Rule> rules) => SourcePolicies.None.With([new Policy { Rules = { rules } }.ToByteArray()]);
}
