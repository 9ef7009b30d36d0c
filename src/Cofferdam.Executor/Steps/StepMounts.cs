using Cofferdam.Linux;
using Cofferdam.Model;

namespace Cofferdam.Executor;

/// <summary>Makes what a process asks to have mounted into sources for the runtime.</summary>
internal sealed class StepMounts(StepDirectory step, MountPoints points, bool keepsParents) : IAsyncDisposable
{
    private readonly List<RuntimeSpec.MountEntry> _entries = [];
    private readonly List<AgentSocket> _sockets = [];

    /// <summary>The mounts in order.</summary>
    public IReadOnlyList<RuntimeSpec.MountEntry> Entries => _entries;

    /// <summary>Adds a mount that every step has.</summary>
    public void AddStandard(RuntimeSpec.MountEntry entry) =>
        _entries.Add(entry with { Destination = points.Add(entry.Destination, isDirectory: true, keepsParents: false) });

    /// <summary>Adds a file that every step has.</summary>
    public void AddFile(string target, string source) =>
        _entries.Add(new(points.Add(target, isDirectory: false, keepsParents: false), "bind", source, ["bind", "ro", "nosuid", "noexec", "nodev"]));

    /// <summary>Adds what a process asks for.</summary>
    public void Add(StepMount mount)
    {
        switch (mount)
        {
            case StepMount.Bind bind:
                AddBind(bind);
                break;
            case StepMount.Tmpfs tmpfs:
                AddTmpfs(tmpfs);
                break;
            case StepMount.Secret secret:
                AddSecret(secret);
                break;
            case StepMount.Ssh ssh:
                AddAgent(ssh);
                break;
            default:
                throw new UnsupportedException($"mounts of kind {mount.GetType().Name} are not supported yet");
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var socket in _sockets)
        {
            await socket.DisposeAsync();
        }
    }

    private void AddTmpfs(StepMount.Tmpfs tmpfs)
    {
        const uint directoryMode = 0x1ed; // 0755
        var target = points.Add(tmpfs.Target, isDirectory: true, keepsParents);
        string[] size = tmpfs.Size > 0 ? [$"size={tmpfs.Size}"] : [], readOnly = tmpfs.IsReadOnly ? ["ro"] : [];
        // The mode of what it covers, as runc mounts it.
        _entries.Add(new(target, "tmpfs", "tmpfs", ["nosuid", "nodev", $"mode={Convert.ToString(points.ModeOf(target) ?? directoryMode, 8)}", .. size, .. readOnly]));
    }

    private void AddBind(StepMount.Bind bind)
    {
        // What the path means is settled now and held: links in it cannot lead outside, nor change later (CVE-2024-1753, CVE-2024-23651).
        using var root = RootedDirectory.Open(bind.SourceRoot);
        try
        {
            using var held = root.HoldFollowing(bind.SourcePath.Trim('/'));
            var isDirectory = RootedDirectory.Stat(held).IsDirectory;
            var source = step.Bind(held, isDirectory);
            if (bind.IsReadOnly)
            {
                Mounts.MakeReadOnly(source, recursive: true);
            }

            _entries.Add(new(points.Add(bind.Target, isDirectory, keepsParents), "bind", source, ["rbind", "rprivate", bind.IsReadOnly ? "ro" : "rw"]));
        }
        catch (LinuxException error) when (error.Errno is Errno.ENOENT or Errno.ENOTDIR && error.Operation == "openat2")
        {
            throw new NotFoundException($"mounting at {Quote.Text(bind.Target)}: {Quote.Text(bind.SourcePath)}: not found", error);
        }
    }

    private void AddSecret(StepMount.Secret secret)
    {
        const int anyExecute = 0x49; // 0111
        using var bundle = RootedDirectory.Open(step.Bundle);
        bundle.TryMakeDirectory("secrets", 0x1c0);
        var name = $"secrets/{_entries.Count}";
        using (var file = bundle.CreateFile(name, 0x180))
        {
            secret.Value.Use(file, static (value, handle) =>
            {
                RandomAccess.Write(handle, value.Span, 0);
                return true;
            });
            RootedDirectory.SetOwner(file, (uint)secret.Uid, (uint)secret.Gid);
            RootedDirectory.SetMode(file, (uint)secret.Mode);
        }

        string[] execution = (secret.Mode & anyExecute) == 0 ? ["noexec"] : [];
        _entries.Add(new(points.Add(secret.Target, isDirectory: false, keepsParents), "bind", Path.Combine(step.Bundle, name), ["bind", "ro", "nosuid", "nodev", .. execution]));
    }

    private void AddAgent(StepMount.Ssh ssh)
    {
        using var directory = RootedDirectory.Open(step.Path);
        var name = $"agent{_entries.Count}";
        _sockets.Add(AgentSocket.Listen(directory, name, ssh));
        _entries.Add(new(points.Add(ssh.Target, isDirectory: false, keepsParents), "bind", Path.Combine(step.Path, name), ["bind", "ro", "nosuid", "nodev", "noexec"]));
    }
}
