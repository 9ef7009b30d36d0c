using Cofferdam.Model;

namespace Cofferdam.Engine;

/// <summary>An exception: where a secret may be.</summary>
/// <param name="Id">The secret.</param>
/// <param name="Path">The files, as <c>.dockerignore</c> names them; null is everywhere, also in output and in the image's config.</param>
internal sealed record SealAllowance(string Id, string? Path)
{
    private readonly PatternMatcher? _matcher = Path is null ? null : new PatternMatcher([Path.TrimStart('/')]);

    /// <summary>Reads <c>id=ID[,path=GLOB]</c>.</summary>
    public static SealAllowance Parse(string text)
    {
        string? id = null, path = null;
        foreach (var field in text.Split(','))
        {
            switch (field.Split('=', 2))
            {
                case ["id", { Length: > 0 } value]:
                    id = value;
                    break;
                case ["path", { Length: > 0 } value]:
                    path = value;
                    break;
                default:
                    throw Invalid(text);
            }
        }

        return new SealAllowance(id ?? throw Invalid(text), path);
    }

    /// <summary>Whether a file may hold the secret; null is a place that is no file.</summary>
    public bool Covers(string id, string? path) => id == Id && (_matcher is null || (path is not null && _matcher.Matches(path.TrimStart('/'))));

    private static InvalidInputException Invalid(string text) => new($"invalid exception {Quote.Text(text)} for a secret") { Hint = "write it as id=ID[,path=GLOB]" };
}
