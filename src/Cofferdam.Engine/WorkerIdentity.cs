using Cofferdam.Model;

namespace Cofferdam.Engine;

/// <summary>The stable name of the worker of a state directory: clients remember builders by it.</summary>
internal static class WorkerIdentity
{
    /// <summary>25 characters, as BuildKit's.</summary>
    public static string Of(string root) => Digest.Of($"{Environment.MachineName}:{Path.GetFullPath(root)}").Hex[..25];
}
