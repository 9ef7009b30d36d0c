using System.Text.Json;
using Cofferdam.IntegrationTests.EndToEnd;
using Xunit;

namespace Cofferdam.IntegrationTests.Sources;

/// <summary>Builds of one ADD whose source a policy gives attributes that no Dockerfile can give it.</summary>
internal static class PolicyBuild
{
    /// <summary>Runs it and returns the exit code and what was shown.</summary>
    /// <param name="coffer">The command.</param>
    /// <param name="source">What is added.</param>
    /// <param name="scheme">The sources that get the attributes, for example <c>git</c>.</param>
    /// <param name="attributes">The attributes.</param>
    /// <param name="output">Where the result goes; null is nowhere.</param>
    public static async Task<string> RunAsync(CofferCommand coffer, string source, string scheme, IEnumerable<(string Name, string Value)> attributes, string? output = null)
    {
        var token = TestContext.Current.CancellationToken;
        var policy = Path.Combine(coffer.Directory, "policy.json");
        var quoted = attributes.Select(attribute => $"\"{attribute.Name}\": \"{JsonEncodedText.Encode(attribute.Value)}\"");
        await File.WriteAllTextAsync(
            policy,
            $$$"""{"rules": [{"action": "CONVERT", "selector": {"identifier": "{{{scheme}}}://*"}, "updates": {"identifier": "{{{scheme}}}://${1}", "attrs": { {{{string.Join(", ", quoted)}}} } } }]}""",
            token);
        await File.WriteAllTextAsync(Path.Combine(coffer.Context, "Dockerfile"), $"FROM scratch\nADD {source} /\n", token);
        string[] target = ["-o", output is null ? "type=cacheonly" : "type=local,dest=" + output];
        using var process = coffer.Start(["env", "EXPERIMENTAL_BUILDKIT_SOURCE_POLICY=" + policy], ["build", "--progress", "quiet", .. target, coffer.Context]);
        var errors = process.StandardError.ReadToEndAsync(token);
        var shown = await process.StandardOutput.ReadToEndAsync(token);
        await process.WaitForExitAsync(token);
        return coffer.Normalize($"exit {process.ExitCode}\n{shown}{await errors}");
    }
}
