namespace Cofferdam.Dockerfile;

/// <summary>Makes errors about a Dockerfile; their lines are added where they are known. Wording follows BuildKit, since clients look for it.</summary>
internal static class DockerfileError
{
    public static CofferdamException Syntax(string message, string? hint = null) => new(ErrorCode.DockerfileSyntax, message) { Hint = hint };

    public static CofferdamException Meaning(string message, string? hint = null) => new(ErrorCode.DockerfileMeaning, message) { Hint = hint };

    /// <summary>A hint that names the candidate nearest to a word; null when none is near.</summary>
    public static string? Suggest(string word, IEnumerable<string> candidates) =>
        NearMatch.Find(word, candidates) is { } near ? $"did you mean {near}?" : null;
}
