using System.Collections.Immutable;
using Cofferdam.Dockerfile;
using Cofferdam.Model;
using Xunit;
using Platform = Cofferdam.Model.Platform;

namespace Cofferdam.UnitTests.Dockerfile;

/// <summary>A Dockerfile and options, built with the fake host.</summary>
internal sealed class FrontendScenario(string dockerfile, params (string Name, string Value)[] options)
{
    public FakeFrontendHost Host { get; init; } = new() { Files = { [("dockerfile", "Dockerfile")] = dockerfile } };

    public string SessionId { get; init; } = "session";

    public Task<FrontendResult> SolveAsync() => new DockerfileFrontend().SolveAsync(
        new FrontendRequest
        {
            Options = options.ToImmutableDictionary(option => option.Name, option => option.Value),
            WorkerPlatforms = [Platform.Parse("linux/amd64")],
            SessionId = SessionId,
        },
        Host,
        TestContext.Current.CancellationToken);

    public async Task<FrontendImage> BuildAsync() => Assert.Single((await SolveAsync()).Images);

    public async Task<string> DumpAsync() => LlbText.Dump((await BuildAsync()).Definition);

    public async Task<CofferdamException> FailAsync() => await Assert.ThrowsAnyAsync<CofferdamException>(SolveAsync);

    public async Task<string[]> HistoryAsync() => [.. (await BuildAsync()).Config.History!.Skip(1).Select(entry => entry.CreatedBy + (entry.EmptyLayer == true ? " (empty)" : string.Empty))];

    public async Task<string[]> WarningsAsync()
    {
        await SolveAsync();
        return [.. Host.Warnings.Select(warning => $"{warning.Rule}: {warning.Message}")];
    }
}
