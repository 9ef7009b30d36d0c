using System.Runtime.CompilerServices;
using Cofferdam.Linux;

namespace Cofferdam.IntegrationTests.Namespaces;

/// <summary>What this test program does instead of testing when a test starts it as the program to be started anew.</summary>
internal static class NamespaceProbe
{
    public const string Target = "COFFER_TEST_NAMESPACE_TARGET";
    private const string Marker = "COFFER_TEST_NAMESPACE_ENTERED";

#pragma warning disable CA2255 // Must run before the test runner's own Main.
    [ModuleInitializer]
    public static void Run()
#pragma warning restore CA2255
    {
        if (Environment.GetEnvironmentVariable(Target) is not { } target)
        {
            return;
        }

        if (!PrivateMountNamespace.IsEntered(Marker))
        {
            Console.WriteLine($"before {Environment.ProcessId}");
            Console.Out.Flush();
            PrivateMountNamespace.EnterAndReexec(null, Marker);
        }

        Mounts.Tmpfs(target, 65536, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        File.WriteAllText(Path.Combine(target, "inside"), "x");
        Console.WriteLine($"after {Environment.ProcessId} {string.Join(' ', Environment.GetCommandLineArgs().Skip(1))}");
        Console.WriteLine(MountInfo.Read().Any(mount => mount.MountPoint == "/sys/fs/cgroup/unified") ? "unified" : "no unified");
        Console.ReadLine();
        Environment.Exit(0);
    }
}
