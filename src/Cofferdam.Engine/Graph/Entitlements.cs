using Cofferdam.Protocol.Llb;

namespace Cofferdam.Engine;

/// <summary>What a build must be granted.</summary>
internal static class Entitlements
{
    /// <summary>The entitlements without which an operation must not run.</summary>
    public static IEnumerable<string> NeededBy(Op op)
    {
        if (op.OpCase != Op.OpOneofCase.Exec)
        {
            yield break;
        }

        if (op.Exec.Network == NetMode.Host)
        {
            yield return "network.host";
        }

        if (op.Exec.Security == SecurityMode.Insecure)
        {
            yield return "security.insecure";
        }
    }
}
