using Cofferdam.Dockerfile;
using Cofferdam.Testing;
using Xunit;

namespace Cofferdam.UnitTests.Dockerfile;

/// <summary>The pages of the checks, whose examples are tests.</summary>
public sealed class CheckPageTests
{
    public static TheoryData<string> Rules => [.. CheckRules.All.Select(rule => rule.Name)];

    [Theory]
    [MemberData(nameof(Rules))]
    public async Task Page_BadExample_HasThatHitAlone(string name)
    {
        var hits = await Page(name).Bad.CheckAsync(("build-arg:TAG", "latest")); // the page of InvalidDefaultArgInFrom says so

        Assert.NotEmpty(hits);
        Assert.All(hits, hit => Assert.StartsWith(name + ":", hit, StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Rules))]
    public async Task Page_GoodExample_HasNone(string name) => Assert.Empty(await Page(name).Good.CheckAsync());

    [Theory]
    [MemberData(nameof(Rules))]
    public void Page_OfRule_HasItsNameAndIsInTheIndex(string name)
    {
        var rule = CheckRules.All.Single(item => item.Name == name);

        Assert.StartsWith($"# {name}\n", Page(name).Text, StringComparison.Ordinal);
        Assert.Contains($"[{name}]({Path.GetFileName(rule.Page)})", File.ReadAllText(Path.Combine(Repository.Root, "docs/checks/README.md")), StringComparison.Ordinal);
        Assert.Equal(rule.IsOwn, rule.Url == rule.Page);
    }

    [Fact]
    public void Pages_AreThoseOfTheRules() =>
        Assert.Equal(
            CheckRules.All.Select(rule => Path.GetFileName(rule.Page)).Append("README.md").Order(StringComparer.Ordinal),
            Directory.EnumerateFiles(Path.Combine(Repository.Root, "docs/checks")).Select(path => Path.GetFileName(path)!).Order(StringComparer.Ordinal));

    private static CheckPage Page(string name) => CheckPage.Read(CheckRules.All.Single(rule => rule.Name == name).Page);
}
