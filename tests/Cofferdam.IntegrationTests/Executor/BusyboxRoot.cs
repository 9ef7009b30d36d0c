using Cofferdam.Testing;

namespace Cofferdam.IntegrationTests.Executor;

/// <summary>A root file system of busybox alone.</summary>
internal static class BusyboxRoot
{
    private const string Busybox = "/bin/busybox";

    private static readonly string[] s_applets = ["sh", "true", "false", "cat", "id", "env", "ls", "sleep", "stat", "touch", "mkdir", "rmdir", "rm", "mv", "ln", "echo", "tty", "stty", "ip", "mknod", "dd", "pwd", "hostname", "grep", "wc", "mount", "chmod", "unshare"];

    public static string Create(TemporaryDirectory directory, string name = "root")
    {
        if (!File.Exists(Busybox))
        {
            throw new InvalidOperationException($"{Busybox} is missing: install it with apt-get install busybox-static");
        }

        var root = directory[name];
        Directory.CreateDirectory(Path.Combine(root, "bin"));
        Directory.CreateDirectory(Path.Combine(root, "tmp"));
        Directory.CreateDirectory(Path.Combine(root, "etc"));
        File.Copy(Busybox, Path.Combine(root, "bin/busybox"));
        File.SetUnixFileMode(Path.Combine(root, "bin/busybox"), (UnixFileMode)0b111_101_101);
        foreach (var applet in s_applets)
        {
            File.CreateSymbolicLink(Path.Combine(root, "bin", applet), "busybox");
        }

        File.WriteAllText(Path.Combine(root, "etc/passwd"), "root:x:0:0:root:/root:/bin/sh\napp:x:1000:1001:app:/home/app:/bin/sh\n");
        File.WriteAllText(Path.Combine(root, "etc/group"), "root:x:0:\napp:x:1001:\nextra:x:2000:app\nother:x:3000:\n");
        return root;
    }

    /// <summary>Every path of a tree with what it is, its mode, times and content, so that any trace shows.</summary>
    public static List<string> Describe(string root)
    {
        using var opened = Linux.RootedDirectory.Open(root);
        using var again = Linux.RootedDirectory.Open(root);
        using var walker = new Linux.DirectoryWalker(opened);
        var lines = new List<string> { $". {again.Stat(".").Modified}" };
        while (walker.MoveNext())
        {
            lines.Add($"{walker.Path} {walker.Stat.Type} {walker.Stat.Mode} {walker.Stat.Uid} {walker.Stat.Size} {walker.Stat.Modified}");
        }

        return lines;
    }
}
