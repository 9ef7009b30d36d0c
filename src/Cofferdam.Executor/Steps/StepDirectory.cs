using Cofferdam.Linux;
using Cofferdam.Model;
using Microsoft.Win32.SafeHandles;

namespace Cofferdam.Executor;

/// <summary>Where the files of one run are: the bundle, the runtime's state, sockets, private mounts. With secrets the bundle is in memory.</summary>
internal sealed class StepDirectory : IDisposable
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    private readonly List<string> _mounted = [];
    private readonly string _parent;
    private readonly string _id;

    private StepDirectory(string parent, string id) => (_parent, _id) = (parent, id);

    public string Path => System.IO.Path.Combine(_parent, _id);

    /// <summary>The runtime's bundle, where it starts.</summary>
    public string Bundle => System.IO.Path.Combine(Path, "bundle");

    /// <summary>The runtime's state; crun keeps a copy of the configuration there, so it is where the bundle is.</summary>
    public string State => System.IO.Path.Combine(Bundle, "state");

    /// <summary>What is run in a container that is there already.</summary>
    public string ProcessFile => System.IO.Path.Combine(Bundle, "process.json");

    public string PidFile => System.IO.Path.Combine(Path, "pid");

    public string LogFile => System.IO.Path.Combine(Path, "log");

    public string NetworkNamespace => System.IO.Path.Combine(Path, "network");

    /// <summary>Makes the directory of a run; <paramref name="inMemory"/> puts what may hold secrets on a file system in memory.</summary>
    public static StepDirectory Create(string parent, string id, bool inMemory)
    {
        if (id.Length is 0 or > 200 || id[0] == '.' || id.Any(letter => !char.IsAsciiLetterOrDigit(letter) && letter is not ('-' or '_' or '.')))
        {
            throw new InvalidInputException($"invalid container name {Quote.Text(id)}: letters, digits, '-', '_' and '.' are allowed");
        }

        Directory.CreateDirectory(parent, OwnerOnly);
        using var root = RootedDirectory.Open(parent);
        if (!root.TryMakeDirectory(id, 0x1c0))
        {
            throw new ConflictException($"container {Quote.Text(id)} runs already");
        }

        var step = new StepDirectory(parent, id);
        try
        {
            Directory.CreateDirectory(step.Bundle, OwnerOnly);
            if (inMemory)
            {
                SecretMount.Mount(step.Bundle);
                step._mounted.Add(step.Bundle);
            }

            return step;
        }
        catch
        {
            step.Dispose();
            throw;
        }
    }

    /// <summary>Gives what a handle holds a path that nobody else can change: a mount of our own.</summary>
    public string Bind(SafeFileHandle source, bool isDirectory)
    {
        var directory = System.IO.Path.Combine(Path, "mounts");
        Directory.CreateDirectory(directory, OwnerOnly);
        var target = System.IO.Path.Combine(directory, $"{_mounted.Count}");
        if (isDirectory)
        {
            Directory.CreateDirectory(target, OwnerOnly);
        }
        else
        {
            File.WriteAllBytes(target, []);
        }

        Mounts.Bind($"/proc/self/fd/{source.DangerousGetHandle()}", target, readOnly: false, recursive: true);
        _mounted.Add(target);
        return target;
    }

    /// <summary>Makes a path be unmounted at the end.</summary>
    public void Own(string mountPoint) => _mounted.Add(mountPoint);

    /// <summary>Overwrites what may hold secrets, unmounts everything and removes the directory.</summary>
    public void Dispose()
    {
        try
        {
            if (_mounted.Contains(Bundle))
            {
                WipeFiles(Bundle);
            }
        }
        finally
        {
            for (var index = _mounted.Count - 1; index >= 0; index--)
            {
                Mounts.Detach(_mounted[index]);
            }

            _mounted.Clear();
            using var root = RootedDirectory.Open(_parent);
            root.RemoveTree(_id);
        }
    }

    // Freed pages keep their bytes until somebody else gets them.
    private static void WipeFiles(string directory)
    {
        using var root = RootedDirectory.Open(directory);
        using var walker = new DirectoryWalker(root);
        using var again = RootedDirectory.Open(directory);
        var zeros = new byte[4096];
        while (walker.MoveNext())
        {
            if (!walker.Stat.IsRegular)
            {
                continue;
            }

            using var file = again.OpenWrite(walker.Path);
            for (var offset = 0L; offset < walker.Stat.Size; offset += zeros.Length)
            {
                RandomAccess.Write(file, zeros.AsSpan(0, (int)Math.Min(zeros.Length, walker.Stat.Size - offset)), offset);
            }
        }
    }
}
