using Cofferdam.Secrets;

namespace Cofferdam.Executor;

/// <summary>Something mounted for one process. A mount point that is not in the root is made, and removed afterwards when it is still empty.</summary>
/// <param name="Target">The absolute path in the container.</param>
public abstract record StepMount(string Target)
{
    /// <summary>A file or directory of the host.</summary>
    /// <param name="Target">The absolute path in the container.</param>
    /// <param name="SourceRoot">The root that <paramref name="SourcePath"/> is resolved in; no link in it leads outside.</param>
    /// <param name="SourcePath">The path under that root; <c>/</c> is the root itself.</param>
    /// <param name="IsReadOnly">Whether it cannot be written.</param>
    public sealed record Bind(string Target, string SourceRoot, string SourcePath, bool IsReadOnly) : StepMount(Target);

    /// <summary>A file system in memory, empty.</summary>
    /// <param name="Target">The absolute path in the container.</param>
    /// <param name="Size">Bytes it may hold; 0 is the kernel's default.</param>
    /// <param name="IsReadOnly">Whether it cannot be written.</param>
    public sealed record Tmpfs(string Target, long Size, bool IsReadOnly = false) : StepMount(Target);

    /// <summary>A secret as a file on a tmpfs that only this process sees.</summary>
    /// <param name="Target">The absolute path in the container.</param>
    /// <param name="Value">The value, owned by the caller.</param>
    /// <param name="Uid">The owner.</param>
    /// <param name="Gid">The group.</param>
    /// <param name="Mode">The permission bits.</param>
    public sealed record Secret(string Target, SecretValue Value, int Uid, int Gid, int Mode) : StepMount(Target);

    /// <summary>A unix socket that leads to the client's ssh agent.</summary>
    /// <param name="Target">The absolute path in the container.</param>
    /// <param name="Agent">Opens a connection to the agent for each process that connects; a stream read and written, owned by the executor.</param>
    /// <param name="Uid">The owner.</param>
    /// <param name="Gid">The group.</param>
    /// <param name="Mode">The permission bits.</param>
    public sealed record Ssh(string Target, Func<CancellationToken, ValueTask<Stream>> Agent, int Uid, int Gid, int Mode) : StepMount(Target);
}
