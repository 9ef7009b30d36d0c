using System.Runtime.CompilerServices;
using Cofferdam.IntegrationTests.Namespaces;
using Cofferdam.Linux;

namespace Cofferdam.IntegrationTests.Executor;

/// <summary>Starts the tests anew in a mount namespace of their own, as the daemon does: nothing they mount remains, and crun finds one cgroup version only.</summary>
internal static class PrivateMounts
{
    private const string Marker = "COFFER_TEST_PRIVATE_MOUNTS";

#pragma warning disable CA2255 // Must run while there is one thread.
    [ModuleInitializer]
    public static void Enter()
#pragma warning restore CA2255
    {
        if (Environment.GetEnvironmentVariable(NamespaceProbe.Target) is null && Privileges.MayMount && !PrivateMountNamespace.IsEntered(Marker))
        {
            PrivateMountNamespace.EnterAndReexec(null, Marker);
        }
    }
}
