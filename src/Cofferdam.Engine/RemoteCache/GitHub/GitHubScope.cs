namespace Cofferdam.Engine;

/// <summary>What a token is for.</summary>
/// <param name="Scope">A branch or tag, as a full reference.</param>
/// <param name="Permission">1 to read, 2 to write, or both.</param>
internal sealed record GitHubScope(string Scope, int Permission)
{
    /// <summary>Whether caches may be written.</summary>
    public bool MayWrite => (Permission & 2) != 0;
}
