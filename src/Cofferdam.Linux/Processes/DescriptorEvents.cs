using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Cofferdam.Linux;

/// <summary>Tells when a descriptor can be read or written. One thread waits for all of them; it lives as long as the process.</summary>
internal static class DescriptorEvents
{
    private const int BatchSize = 64;

    private static readonly Lock s_lock = new(); // guards s_waits and s_last
    private static readonly Dictionary<long, (TaskCompletionSource Ready, int Descriptor)> s_waits = [];
    private static readonly int s_events = Begin();
    private static long s_last;

    /// <summary>Ends when the descriptor can be read (or written), or has an error or no other end. One wait at a time for a descriptor.</summary>
    internal static async Task WaitAsync(SafeHandle handle, bool forWriting, CancellationToken cancellationToken)
    {
        var isHeld = false;
        try
        {
            handle.DangerousAddRef(ref isHeld);
            var ready = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            var id = Add((int)handle.DangerousGetHandle(), forWriting, ready);
            await using (cancellationToken.UnsafeRegister(_ => Cancel(id, cancellationToken), null))
            {
                await ready.Task;
            }
        }
        finally
        {
            if (isHeld)
            {
                handle.DangerousRelease();
            }
        }
    }

    private static long Add(int descriptor, bool forWriting, TaskCompletionSource ready)
    {
        Span<byte> wanted = stackalloc byte[16];
        BinaryPrimitives.WriteUInt32LittleEndian(wanted, (forWriting ? EventCalls.EPOLLOUT : EventCalls.EPOLLIN) | EventCalls.EPOLLONESHOT);
        lock (s_lock)
        {
            var id = ++s_last;
            BinaryPrimitives.WriteInt64LittleEndian(wanted[(EventCalls.EventBytes - 8)..], id);
            if (EventCalls.epoll_ctl(s_events, EventCalls.EPOLL_CTL_ADD, descriptor, wanted[0]) == 0)
            {
                s_waits.Add(id, (ready, descriptor));
            }
            else if (Marshal.GetLastPInvokeError() == Errno.EPERM)
            {
                ready.SetResult(); // Files and some devices cannot be waited for: they never block.
            }
            else
            {
                throw LinuxException.Last("epoll_ctl", string.Empty);
            }

            return id;
        }
    }

    private static TaskCompletionSource? Remove(long id)
    {
        lock (s_lock)
        {
            if (!s_waits.Remove(id, out var wait))
            {
                return null;
            }

            _ = EventCalls.epoll_ctl(s_events, EventCalls.EPOLL_CTL_DEL, wait.Descriptor, 0);
            return wait.Ready;
        }
    }

    private static void Cancel(long id, CancellationToken cancellationToken) => Remove(id)?.TrySetCanceled(cancellationToken);

    private static int Begin()
    {
        var events = EventCalls.epoll_create1(EventCalls.CLOEXEC);
        Mounts.Check(events, "epoll_create1", string.Empty);
        new Thread(() => Loop(events)) { IsBackground = true, Name = "descriptors" }.Start();
        return events;
    }

    private static void Loop(int events)
    {
        Span<byte> batch = stackalloc byte[16 * BatchSize];
        while (true)
        {
            var count = EventCalls.epoll_wait(events, ref batch[0], BatchSize, -1);
            for (var index = 0; index < count; index++)
            {
                var data = batch[((index * EventCalls.EventBytes) + EventCalls.EventBytes - 8)..];
                Remove(BinaryPrimitives.ReadInt64LittleEndian(data))?.TrySetResult();
            }
        }
    }
}
