using System.Buffers.Text;
using System.Collections.Immutable;
using System.Text.Json;
using Cofferdam.Model;

namespace Cofferdam.Engine;

/// <summary>The token of a job: it says itself which scopes may be read and written.</summary>
/// <param name="Value">The token.</param>
/// <param name="Scopes">Branches, mostly, the job's own first.</param>
internal sealed record GitHubToken(string Value, ImmutableArray<GitHubScope> Scopes)
{
    /// <summary>Reads a token, whose signature only the service can check; throws <see cref="InvalidInputException"/>.</summary>
    public static GitHubToken Parse(string text, DateTimeOffset now)
    {
        try
        {
            var claims = text.Split('.') is [_, var payload, _] ? JsonSerializer.Deserialize(Base64Url.DecodeFromChars(payload), GitHubJsonContext.Default.GitHubClaims) : null;
            if (claims?.AccessControls is not { } controls || claims.Expires is not { } expires)
            {
                throw new InvalidInputException("invalid token of github actions cache: it says neither what it is for nor how long");
            }

            if (DateTimeOffset.FromUnixTimeSeconds((long)expires) is var end && now > end)
            {
                throw new InvalidInputException($"the token of github actions cache expired at {end:u}");
            }

            return new GitHubToken(text, [.. JsonSerializer.Deserialize(controls, GitHubJsonContext.Default.ListGitHubScope) ?? []]);
        }
        catch (Exception error) when (error is FormatException or JsonException)
        {
            throw new InvalidInputException("invalid token of github actions cache: it is no JSON web token", error);
        }
    }

    /// <summary>Hides the token.</summary>
    public override string ToString() => "***";
}
