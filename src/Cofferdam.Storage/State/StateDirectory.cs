using System.Globalization;
using Cofferdam.Linux;
using Cofferdam.Model;

namespace Cofferdam.Storage;

/// <summary>The directory that holds everything a daemon keeps. One daemon owns it at a time; disposing gives it up.</summary>
public sealed class StateDirectory : IDisposable
{
    /// <summary>The layout that this version reads and writes.</summary>
    public const int CurrentVersion = 1;

    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    private readonly FileLock _owner;

    private StateDirectory(string root, FileLock owner) => (Root, _owner) = (root, owner);

    /// <summary>The directory itself, as an absolute path.</summary>
    public string Root { get; }

    /// <summary>The file of <see cref="MetadataDatabase"/>.</summary>
    public string DatabasePath => Path.Combine(Root, "db.sqlite");

    /// <summary>The file of <see cref="SyncPoints"/>.</summary>
    public string SyncPath => Path.Combine(Root, "SYNC");

    /// <summary>Files of the running daemon: bundles, sockets, mount points. Emptied at each start.</summary>
    public string RunPath => Path.Combine(Root, "run");

    /// <summary>Directories of cache mounts.</summary>
    public string CacheMountsPath => Path.Combine(Root, "cachemounts");

    /// <summary>Takes a state directory, making it where it is missing.</summary>
    /// <remarks>Throws <see cref="ConflictException"/> when another process owns it, and a <see cref="CofferdamException"/> with
    /// <see cref="ErrorCode.StateIncompatible"/> when it belongs to a newer version.</remarks>
    public static StateDirectory Open(string root)
    {
        Directory.CreateDirectory(root, OwnerOnly);
        root = ResolveLinks(root);
        File.SetUnixFileMode(root, OwnerOnly);
        var owner = FileLock.TryAcquire(Path.Combine(root, "LOCK"))
            ?? throw new ConflictException($"cannot use state directory {Quote.Text(root)}: another daemon uses it") { Hint = "stop that daemon, or choose another directory with --root" };
        try
        {
            CheckVersion(root);
            var directory = new StateDirectory(root, owner);
            Directory.CreateDirectory(directory.RunPath, OwnerOnly);
            Directory.CreateDirectory(directory.CacheMountsPath, OwnerOnly);
            return directory;
        }
        catch
        {
            owner.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _owner.Dispose();

    // The kernel lists mounts by their real paths.
    private static string ResolveLinks(string path)
    {
        using var directory = RootedDirectory.Open(Path.GetFullPath(path));
        return File.ResolveLinkTarget(string.Create(CultureInfo.InvariantCulture, $"/proc/self/fd/{directory.Handle.DangerousGetHandle()}"), returnFinalTarget: false)?.FullName
            ?? Path.GetFullPath(path);
    }

    private static void CheckVersion(string root)
    {
        var path = Path.Combine(root, "VERSION");
        if (!File.Exists(path))
        {
            File.WriteAllText(path, CurrentVersion.ToString(CultureInfo.InvariantCulture) + "\n");
            return;
        }

        var text = File.ReadAllText(path).Trim();
        // An empty file is what a crash right after the first start leaves.
        if (text.Length > 0 && (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var version) || version > CurrentVersion))
        {
            throw new CofferdamException(ErrorCode.StateIncompatible, $"cannot use state directory {Quote.Text(root)}: it has version {text}, this coffer reads up to {CurrentVersion}")
            {
                Hint = "use the newer coffer again, or choose another directory with --root",
            };
        }
    }
}
