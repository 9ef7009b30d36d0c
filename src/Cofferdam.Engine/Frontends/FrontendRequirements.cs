using Cofferdam.Model;

namespace Cofferdam.Engine;

/// <summary>Whether a frontend's image says that it can do what is required of it.</summary>
internal static class FrontendRequirements
{
    private const string Label = "moby.buildkit.frontend.caps";
    private const string Inputs = "moby.buildkit.frontend.inputs";

    // Images of docker/dockerfile 1.1.6 and 1.1.7 that take inputs and have no label (BuildKit frontend/gateway/gateway.go).
    private static readonly string[] OldWithInputs =
    [
        "sha256:9ac1c43a60e31dca741a6fe8314130a9cd4c4db0311fbbc636ff992ef60ae76d", "sha256:080bd74d8778f83e7b670de193362d8c593c8b14f5c8fb919d28ee8feda0d069",
        "sha256:60543a9d92b92af5088fb2938fb09b2072684af8384399e153e137fe081f8ab4", "sha256:de85b2f3a3e8a2f7fe48e8e84a65f6fdd5cd5183afa6412fff9caa6871649c44",
    ];

    /// <summary>Throws <see cref="FrontendCapabilityException"/> where it does not.</summary>
    /// <param name="labels">The image's labels.</param>
    /// <param name="digest">The image's digest.</param>
    /// <param name="required">The request's <c>frontend.caps</c>.</param>
    /// <param name="hasInputs">Whether the request has inputs.</param>
    public static void Check(IReadOnlyDictionary<string, string>? labels, Digest? digest, string? required, bool hasInputs)
    {
        var known = Read(labels?.GetValueOrDefault(Label)).ToHashSet();
        if (digest is { } given && OldWithInputs.Contains(given.ToString()))
        {
            known.Add(Inputs);
        }

        var wanted = hasInputs ? Read(required).Append(Inputs) : Read(required);
        if (wanted.FirstOrDefault(name => !known.Contains(name)) is { } missing)
        {
            throw new FrontendCapabilityException(missing) { Hint = $"the frontend's image has no such name in its label {Label}" };
        }
    }

    private static IEnumerable<string> Read(string? list) =>
        (list ?? string.Empty).Split(',').Select(name => name.Split('+')[0]).Where(name => name.Length > 0);
}
