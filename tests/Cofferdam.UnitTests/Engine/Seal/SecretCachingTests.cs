using Cofferdam.Engine;
using Cofferdam.Model;
using Xunit;

namespace Cofferdam.UnitTests.Engine.Seal;

public sealed class SecretCachingTests
{
    [Fact]
    public void Attributes_WithoutIt_ChooseNothing()
    {
        var caching = SecretCaching.Read(new Dictionary<string, string>());

        Assert.Empty(caching.Of(["npm"]));
        Assert.Null(caching.Distinction(["npm"], "build"));
    }

    [Fact]
    public void Choices_AreThoseOfTheStepsSecrets()
    {
        var caching = Read("npm=value\npip=key:a=b c\nother=value");

        Assert.Equal([new("npm", "value"), new("pip", "key:a=b c")], caching.Of(["pip", "npm", "unknown", "npm"]));
        Assert.True(caching.IsByValue("npm"));
        Assert.False(caching.IsByValue("pip"));
    }

    [Fact]
    public void Builds_ShareStepsThatGoByText_AndNoneThatGoByValue()
    {
        var caching = Read("npm=value\npip=key:1");

        Assert.Equal(caching.Distinction(["pip"], "a"), caching.Distinction(["pip"], "b"));
        Assert.NotEqual(caching.Distinction(["pip"], "a"), Read("pip=key:2").Distinction(["pip"], "a"));
        Assert.NotEqual(caching.Distinction(["npm"], "a"), caching.Distinction(["npm"], "b"));
        Assert.Null(caching.Distinction(["unknown"], "a"));
    }

    [Theory]
    [InlineData("npm")]
    [InlineData("npm=values")]
    [InlineData("npm=key:")]
    [InlineData("=value")]
    public void Attribute_ThatIsWrong_IsRefused(string text) => Assert.Throws<InvalidInputException>(() => Read(text));

    private static SecretCaching Read(string text) => SecretCaching.Read(new Dictionary<string, string> { [SecretAttributes.Cache] = text });
}
