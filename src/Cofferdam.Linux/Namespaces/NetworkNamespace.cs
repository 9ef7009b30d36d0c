namespace Cofferdam.Linux;

/// <summary>Network namespaces that stay without a process in them.</summary>
public static class NetworkNamespace
{
    private const int CLONE_NEWNET = 0x40000000;

    /// <summary>Makes a network namespace and keeps it by mounting it on a new file; unmounting the file ends it.</summary>
    public static async Task CreateAsync(string path)
    {
        await File.WriteAllBytesAsync(path, []);
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

        // A thread of its own, which ends after: namespaces are a thread's, and the pool's threads must keep theirs.
        new Thread(() =>
        {
            try
            {
                Mounts.Check(ProcessCalls.Unshare(CLONE_NEWNET), "unshare", "network namespace");
                Mounts.Bind("/proc/thread-self/ns/net", path, readOnly: false, recursive: false);
                done.SetResult();
            }
            catch (LinuxException error)
            {
                done.SetException(error);
            }
        }).Start();
        await done.Task;
    }
}
