using Cofferdam.Model;

namespace Cofferdam.Cli.Build;

/// <summary>One <c>--ssh</c>: an agent's socket or private keys under an id.</summary>
/// <param name="Id">The name steps ask by.</param>
/// <param name="Paths">A socket or key files; empty is the agent of <c>SSH_AUTH_SOCK</c>.</param>
/// <param name="Raw">Whether the socket is passed on as it is, whatever it speaks.</param>
internal sealed record SshFlag(string Id, IReadOnlyList<string> Paths, bool Raw)
{
    /// <summary>Reads <c>default|ID[=SOCKET|KEY[,KEY]][,raw=true]</c>; throws <see cref="UsageException"/>.</summary>
    public static SshFlag Parse(string text)
    {
        var equals = text.IndexOf('=', StringComparison.Ordinal);
        var id = equals < 0 ? text : text[..equals];
        if (id.Length == 0)
        {
            throw new UsageException($"invalid value {Quote.Text(text)} for \"--ssh\": the id is empty");
        }

        var raw = false;
        var paths = new List<string>();
        foreach (var part in equals < 0 ? [] : text[(equals + 1)..].Split(',', StringSplitOptions.RemoveEmptyEntries))
        {
            if (part.StartsWith("raw=", StringComparison.Ordinal))
            {
                raw = bool.TryParse(part["raw=".Length..], out var value) ? value : throw new UsageException($"invalid value {Quote.Text(part)} for \"--ssh\"");
            }
            else
            {
                paths.Add(part);
            }
        }

        return new SshFlag(id, paths, raw);
    }
}
