using Cofferdam.Linux;

namespace Cofferdam.Executor;

/// <summary>Makes the directory that a process starts in; it stays in the root, as BuildKit has it.</summary>
internal static class WorkingDirectories
{
    private const uint Mode = 0x1ed; // 0755

    /// <summary>Makes what is missing of it, owned by the process's user; where something is mounted over it the runtime sees to it.</summary>
    public static void Ensure(RootedDirectory root, ProcessSpec spec, ResolvedUser user)
    {
        var path = MountPoints.Normalize(spec.WorkingDirectory);
        var isCovered = spec.Mounts.Select(mount => MountPoints.Normalize(mount.Target))
            .Concat(StandardMounts.Create(spec.IsPrivileged).Select(entry => entry.Destination.Trim('/')))
            .Any(target => path == target || path.StartsWith(target + "/", StringComparison.Ordinal));
        if (path.Length == 0 || isCovered)
        {
            return;
        }

        try
        {
            foreach (var made in root.MakeDirectories(path, Mode))
            {
                root.SetOwner(made, user.Uid, user.Gid);
                root.SetMode(made, Mode);
            }
        }
        catch (LinuxException error) when (error.Errno == Errno.ENOTDIR)
        {
            throw new Model.InvalidInputException($"cannot use working directory {Model.Quote.Text(spec.WorkingDirectory)}: part of it is not a directory", error);
        }
    }
}
