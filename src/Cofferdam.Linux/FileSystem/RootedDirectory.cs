using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using static Cofferdam.Linux.FileSystemCalls;

namespace Cofferdam.Linux;

/// <summary>An opened directory as the root of a file system. No operation leaves it, whatever the path says and whatever symlinks are in it.</summary>
/// <remarks>
/// Paths are relative to the root (a leading slash changes nothing) in the form of <see cref="PathBytes"/>. The directories of a path are resolved as a process
/// with this root would; the last name is never followed unless a member says so. Not thread-safe: the directory used last stays open for the next call.
/// Where the tree is changed by others, call <see cref="Forget"/>.
/// </remarks>
public sealed partial class RootedDirectory : IDisposable
{
    private const int EagainTries = 64;

    private readonly SafeFileHandle _root;
    private SafeFileHandle? _lastDirectory;
    private string _lastDirectoryPath = "";

    private RootedDirectory(SafeFileHandle root, string path) => (_root, Path) = (root, path);

    /// <summary>The path it was opened by.</summary>
    public string Path { get; }

    /// <summary>The opened root. Owned by this object.</summary>
    public SafeFileHandle Handle => _root;

    /// <summary>Opens a directory as a root; the path itself is resolved as any other.</summary>
    public static RootedDirectory Open(string path)
    {
        var buffer = new PathBuffer(path, stackalloc byte[PathBuffer.StackSize]);
        try
        {
            var descriptor = open(buffer.First, O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0);
            return new RootedDirectory(Own(descriptor, "open", path), path);
        }
        finally
        {
            buffer.Dispose();
        }
    }

    /// <summary>Opens a directory in this one as a root of its own; symlinks in the path are followed inside this root.</summary>
    public RootedDirectory OpenRoot(string path) => new(OpenBeneath(path, O_RDONLY | O_DIRECTORY, 0), Path + "/" + path.TrimStart('/'));

    /// <summary>Forgets the directory kept open from the last call.</summary>
    public void Forget()
    {
        _lastDirectory?.Dispose();
        _lastDirectory = null;
        _lastDirectoryPath = "";
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Forget();
        _root.Dispose();
    }

    /// <summary>Splits a path into the directory and the last name. A path that ends in nothing, <c>.</c> or <c>..</c> is a directory, and its name is <c>.</c>.</summary>
    internal static (string Directory, string Name) Split(string path)
    {
        var end = path.Length;
        while (end > 0 && path[end - 1] == '/')
        {
            end--;
        }

        var slash = end == 0 ? -1 : path.LastIndexOf('/', end - 1);
        var name = path[(slash + 1)..end];
        return name is "" or "." or ".." ? (path[..end], ".") : (slash < 0 ? "" : path[..slash], name);
    }

    private static SafeFileHandle Own(int descriptor, string operation, string subject) =>
        descriptor < 0 ? throw LinuxException.Last(operation, subject) : new SafeFileHandle(descriptor, ownsHandle: true);

    private static void Check(int result, string operation, string subject)
    {
        if (result < 0)
        {
            throw LinuxException.Last(operation, subject);
        }
    }

    /// <summary>Opens a path, every symlink in it followed inside the root.</summary>
    private SafeFileHandle OpenBeneath(string path, int flags, uint mode)
    {
        var descriptor = TryOpenBeneath(_root, path, flags, mode, RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS);
        return Own(descriptor, "openat2", path);
    }

    private static int TryOpenBeneath(SafeFileHandle directory, string path, int flags, uint mode, ulong resolve)
    {
        var buffer = new PathBuffer(path.Length == 0 ? "." : path, stackalloc byte[PathBuffer.StackSize]);
        try
        {
            var how = new OpenHow { Flags = (ulong)(uint)(flags | O_CLOEXEC), Mode = mode, Resolve = resolve };
            for (var tries = 0; ; tries++)
            {
                var descriptor = (int)openat2(SYS_openat2, directory, buffer.First, how, OpenHow.ByteSize);

                // The kernel answers EAGAIN when a rename or mount anywhere raced with "..".
                if (descriptor >= 0 || Marshal.GetLastPInvokeError() is not (Errno.EAGAIN or Errno.EINTR) || tries >= EagainTries)
                {
                    return descriptor;
                }
            }
        }
        finally
        {
            buffer.Dispose();
        }
    }

    /// <summary>The directory of a path, opened and kept; not to be disposed by the caller.</summary>
    private SafeFileHandle Parent(string path, out string name)
    {
        (var directory, name) = Split(path);
        if (directory.AsSpan().Trim('/').IsEmpty)
        {
            return _root;
        }

        if (_lastDirectory is not null && _lastDirectoryPath == directory)
        {
            return _lastDirectory;
        }

        var opened = OpenBeneath(directory, O_PATH | O_DIRECTORY, 0);
        Forget();
        (_lastDirectory, _lastDirectoryPath) = (opened, directory);
        return opened;
    }
}
