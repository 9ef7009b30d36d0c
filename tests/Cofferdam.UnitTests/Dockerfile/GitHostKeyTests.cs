using Cofferdam.Protocol.Llb;
using Xunit;

namespace Cofferdam.UnitTests.Dockerfile;

/// <summary>Hosts of repositories reached by ssh are asked for their key, once and where a graph is written only.</summary>
public sealed class GitHostKeyTests
{
    private const string Key = "[example.com]:2222 ssh-ed25519 AAAA";

    [Fact]
    public async Task Add_OverSsh_IsTiedToTheKeyOfItsHost()
    {
        var scenario = Scenario("FROM scratch\nADD ssh://git@example.com:2222/a.git /a\nADD ssh://git@example.com:2222/b.git#main /b\nADD git@other.example.com:c.git /c\nADD https://example.com/d.git /d\n");

        var sources = await SourcesAsync(scenario);

        Assert.Equal(
            [("git://example.com:2222/a.git", Key), ("git://example.com:2222/b.git#main", Key), ("git://example.com/d.git", null), ("git://other.example.com/c.git", null)],
            sources.OrderBy(source => source.Identifier.Replace(':', ' '), StringComparer.Ordinal).Select(source => (source.Identifier, source.Attrs.TryGetValue("git.knownsshhosts", out var key) ? key : null)));
        Assert.Equal(["host key of example.com:2222", "host key of other.example.com"], scenario.Host.Lookups.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Contexts_OverSsh_AreTiedToTheKeyOfTheirHost()
    {
        var scenario = Scenario("FROM scratch\nCOPY . /\nCOPY --from=named . /\n", ("context", "ssh://git@example.com:2222/a.git"), ("context:named", "ssh://git@example.com:2222/b.git"), ("platform", "linux/amd64,linux/arm64"));
        scenario.Host.Files[("example.com:2222/a.git", "Dockerfile")] = scenario.Host.Files[("dockerfile", "Dockerfile")];

        var images = (await scenario.SolveAsync()).Images;

        Assert.Equal(2, images.Length);
        Assert.All(images, image => Assert.Equal([Key, Key], Sources(image.Definition).Select(source => source.Attrs["git.knownsshhosts"])));
        Assert.Single(scenario.Host.Lookups);
        Assert.All(scenario.Host.Reads, read => Assert.Contains("git.knownsshhosts=" + Key, read, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Checks_AskNoHost()
    {
        var scenario = Scenario("FROM scratch\nADD ssh://git@example.com:2222/a.git /a\n", ("requestid", "frontend.lint"));

        await scenario.SolveAsync();

        Assert.Empty(scenario.Host.Lookups);
    }

    private static FrontendScenario Scenario(string dockerfile, params (string Name, string Value)[] options)
    {
        var scenario = new FrontendScenario(dockerfile, options);
        scenario.Host.HostKeys["example.com:2222"] = Key;
        return scenario;
    }

    private static async Task<IEnumerable<SourceOp>> SourcesAsync(FrontendScenario scenario) => Sources((await scenario.BuildAsync()).Definition);

    private static IEnumerable<SourceOp> Sources(Definition definition) =>
        DefinitionReader.Read(definition).Operations.Where(operation => operation.Op.OpCase == Op.OpOneofCase.Source).Select(operation => operation.Op.Source);
}
