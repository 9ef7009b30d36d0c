using System.Text;
using System.Text.Json.Nodes;

namespace Cofferdam.UnitTests.Dockerfile;

/// <summary>A Dockerfile and files of its context, to be checked.</summary>
internal sealed record CheckExample(string Dockerfile, (string Path, string Content)[] Files)
{
    /// <summary>The hits as <c>Rule:line: message</c>, and the error where there is one.</summary>
    public async Task<string[]> CheckAsync(params (string Name, string Value)[] options)
    {
        var scenario = new FrontendScenario(Dockerfile, [("requestid", "frontend.lint"), .. options]);
        foreach (var (path, content) in Files)
        {
            scenario.Host.Files[("context", path)] = content;
        }

        var json = JsonNode.Parse(Encoding.UTF8.GetString((await scenario.SolveAsync()).Metadata["result.json"]))!;
        var hits = (json["warnings"]?.AsArray() ?? []).Select(warning => $"{warning!["ruleName"]}:{warning["location"]!["ranges"]![0]!["start"]!["line"]}: {warning["detail"]}");
        return [.. hits, .. json["buildError"] is { } error ? [$"error: {error["message"]}"] : Array.Empty<string>()];
    }
}
