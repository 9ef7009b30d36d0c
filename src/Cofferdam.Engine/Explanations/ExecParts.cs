using Cofferdam.Protocol.Llb;
using Google.Protobuf;

namespace Cofferdam.Engine;

/// <summary>What a process consists of.</summary>
internal static class ExecParts
{
    /// <summary>The parts by name.</summary>
    public static IEnumerable<KeyValuePair<string, string>> Of(ExecOp exec)
    {
        var meta = exec.Meta;
        yield return new("command", string.Join('\0', meta.Args));
        yield return new("working directory", meta.Cwd);
        yield return new("user", meta.User);
        yield return new("hostname", meta.Hostname);
        yield return new("network", exec.Network.ToString());
        yield return new("security mode", exec.Security.ToString());
        foreach (var variable in meta.Env)
        {
            var separator = variable.IndexOf('=', StringComparison.Ordinal);
            yield return separator < 0 ? new("variable " + variable, string.Empty) : new("variable " + variable[..separator], variable[(separator + 1)..]);
        }

        foreach (var mount in exec.Mounts)
        {
            yield return new(mount.Dest == "/" ? "root" : $"mount of {mount.Dest}", mount.ToByteString().ToBase64());
        }

        foreach (var secret in exec.Secretenv)
        {
            yield return new($"secret {secret.ID} as a variable", secret.Name);
        }
    }
}
