namespace Cofferdam.Cli.DaemonControl;

/// <summary>Held by the one command that may start the daemon of a state directory; the kernel lets go of it when that command ends in any way.</summary>
internal sealed class StartLock : IDisposable
{
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(10);
    private readonly FileStream _file;

    private StartLock(FileStream file) => _file = file;

    /// <summary>Takes the lock; waits for whoever has it.</summary>
    public static async Task<StartLock> TakeAsync(string directory, TimeProvider time, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(directory);
        var path = Path.Combine(directory, "start.lock");
        while (true)
        {
            try
            {
                // FileShare.None is flock(LOCK_EX | LOCK_NB) on this system.
                return new StartLock(new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
            }
            catch (IOException exception) when (exception.HResult is 11 or unchecked((int)0x80070020))
            {
                await Task.Delay(Poll, time, cancellationToken);
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();
}
